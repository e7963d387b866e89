"""All that a person sees. The only package that imports streamlit or plotly."""
