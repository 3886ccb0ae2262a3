"""Authors: JupyterLab on a copy of the course, and publishing what is finished."""
