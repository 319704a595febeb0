"""python -m tinwatch"""

from tinwatch.commands.app import main

main()
