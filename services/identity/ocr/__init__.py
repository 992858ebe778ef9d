"""The ocr role: takes recognition jobs and reads cards in capped children."""
