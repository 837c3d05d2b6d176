package params_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/brio-go/brio/params"
)

func TestDateText(t *testing.T) {
	for text, want := range map[string]params.Date{
		"2024-02-29":                {Year: 2024, Month: 2, Day: 29},
		"0001-01-01":                {Year: 1, Month: 1, Day: 1},
		"9999-12-31T00:00:00Z":      {Year: 9999, Month: 12, Day: 31},
		"2024-02-29 00:00":          {Year: 2024, Month: 2, Day: 29},
		"2024-02-29T00:00:00+02:00": {Year: 2024, Month: 2, Day: 29},
	} {
		var d params.Date
		if err := d.UnmarshalText([]byte(text)); err != nil || d != want || !d.Valid() {
			t.Errorf("%s: %v %v", text, d, err)
		}
	}
	for text, want := range map[string]string{
		"":                     "Input should be a valid date in the format YYYY-MM-DD, input is too short",
		"2024/02/29":           "Input should be a valid date in the format YYYY-MM-DD, invalid date separator, expected `-`",
		"20x4-02-29":           "Input should be a valid date in the format YYYY-MM-DD, invalid character in year",
		"2024-0x-29":           "Input should be a valid date in the format YYYY-MM-DD, invalid character in month",
		"2024-02-+9":           "Input should be a valid date in the format YYYY-MM-DD, invalid character in day",
		"0000-01-01":           "Input should be a valid date in the format YYYY-MM-DD, year value is outside expected range of 1-9999",
		"2024-00-01":           "Input should be a valid date in the format YYYY-MM-DD, month value is outside expected range of 1-12",
		"2023-02-29":           "Input should be a valid date in the format YYYY-MM-DD, day value is outside expected range",
		"2024-02-29x":          "Input should be a valid date or datetime, unexpected extra characters at the end of the input",
		"2024-02-29T00:00+2":   "Input should be a valid date or datetime, invalid timezone, expected the form +00:00",
		"2024-02-29T00:00:00x": "Input should be a valid date or datetime, unexpected extra characters at the end of the input",
		"2024-02-29T00:00:60":  "Input should be a valid date or datetime, second value is outside expected range of 0-59",
		"2024-02-29T00:00:00.": "Input should be a valid date or datetime, second fraction value is missing",
		"2024-02-29T00:01":     "Datetimes provided to dates should have zero time - e.g. be exact dates",
	} {
		if err := new(params.Date).UnmarshalText([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	day := params.DateOf(time.Date(2024, 5, 6, 23, 0, 0, 0, time.FixedZone("", 3600)))
	if day != (params.Date{Year: 2024, Month: 5, Day: 6}) || !day.In(time.UTC).Equal(time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)) {
		t.Error(day)
	}
	if day.Compare(params.Date{Year: 2024, Month: 4, Day: 30}) != 1 || day.Compare(day) != 0 {
		t.Error("Compare")
	}
	for _, none := range []any{params.Date{}, params.TimeOfDay{Hour: 24}, params.LocalDateTime{}} {
		if _, err := json.Marshal(none); err == nil {
			t.Errorf("%v was written", none)
		}
	}
}

func TestTimeOfDayText(t *testing.T) {
	for text, want := range map[string]string{
		"00:00": "00:00:00", "23:59:59.999999999": "23:59:59.999999999", "01:02:03.500": "01:02:03.5",
		"1:02": "", "01-02": "", "01:02:0": "", "01:60": "", "01:02:03.1234567899": "01:02:03.123456789", "01:02:03Z": "", "0x:00": "", "00:0x": "", "00:00:0x": "",
	} {
		var c params.TimeOfDay
		err := c.UnmarshalText([]byte(text))
		if (err == nil) != (want != "") || err == nil && c.String() != want {
			t.Errorf("%s: %s %v", text, c, err)
		}
	}
	noon := params.LocalDateTime{Date: params.Date{Year: 2024, Month: 5, Day: 6}, Time: params.TimeOfDay{Hour: 12}}
	if got := noon.In(time.UTC).Format(time.RFC3339); got != "2024-05-06T12:00:00Z" {
		t.Error(got)
	}
	if noon.Compare(params.LocalDateTime{Date: noon.Date}) != 1 || noon.Time.Compare(noon.Time) != 0 {
		t.Error("Compare")
	}
}
