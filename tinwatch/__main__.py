"""python -m tinwatch"""

from tinwatch.cli import main

main()
