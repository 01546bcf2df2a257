"""Prints Japan's holidays 2017 … 2035 as the package `holidays` 0.108 knows them: holidays-2017-2035.txt."""
import holidays

for day in sorted(holidays.Japan(years=range(2017, 2036))):
    print(day)
