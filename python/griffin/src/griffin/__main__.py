"""`python -m griffin`: the command line."""

from griffin.cli import main

if __name__ == "__main__":
    main()
