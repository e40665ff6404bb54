"""The desktop's own notification service (org.freedesktop.Notifications), on a connection of our own.

Specification: freedesktop.org, Desktop Notifications 1.2.
"""
