"""`motesklar author`: JupyterLab and formgrader on a copy, and publishing from it."""
