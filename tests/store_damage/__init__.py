"""Damage to the files of a workspace: how they are damaged, and what must still hold.

From the project's root: PYTHONPATH=tests python -m store_damage [--all] [--kind local|mirror] [--only NUMBER]
"""
