jsonCallback({"services": [
  {"serviceName": "Mail", "events": [
    {"statusType": "Outage", "eventStatus": "ongoing", "epochStartDate": 1603409280000, "epochEndDate": null, "message": "Mail is unavailable."},
    {"statusType": "Maintenance", "eventStatus": "upcoming", "epochStartDate": 1603500000000, "message": "Later."}]},
  {"serviceName": "Photos", "events": [{"eventStatus": "ongoing", "epochStartDate": 646419600, "epochEndDate": null, "message": "Slow."}]},
  {"serviceName": "Maps", "events": [{"statusType": "Maintenance", "eventStatus": "ongoing", "epochStartDate": 1603409280, "message": "New maps."}]}
]});
