"""The project's dashboard in Grafana: one dashboard, filled in for one workspace.

Belongs here: the dashboard's content, Grafana's API, and whose a dashboard is. Does not: Grafana's folders, users and
data sources, which are the installation's.
"""
