"""The one door for files that people upload: pictures, papers and sheets, known by their content (ADR 0019)."""
