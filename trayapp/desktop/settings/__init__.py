"""The windows for the settings, the first start and a new platform: a pure model of the form, and thin Tk on it."""
