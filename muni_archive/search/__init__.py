"""Finding: Arabic analysis, the query language, the engines."""
