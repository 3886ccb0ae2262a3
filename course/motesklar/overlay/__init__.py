"""An organisation's own course: its settings, modules, texts, pictures and languages."""
