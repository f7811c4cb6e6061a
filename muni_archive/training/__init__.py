"""Makes the line reader: printed lines of made-up text, what copiers do to them, and the network that learns them.

Only who trains needs this package and its extra (`pip install -e .[training]`); reading needs neither.
"""
