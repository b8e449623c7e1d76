"""The guarded web client: what every room that asks the web goes through. Sits below the rooms."""
