package constraint

// Dates, times and durations; err is in the words of pydantic's speedate, for example "input is too short".

// DatetimeType: neither a text nor a number for a time.Time.
func DatetimeType() *Failure { return fail("datetime_type", "Input should be a valid datetime") }

// DatetimeParsing: a text that is no date and time.
func DatetimeParsing(err string) *Failure {
	return failWith("datetime_parsing", "Input should be a valid datetime, "+err, "error", err)
}

// DatetimeFromDateParsing: a text that is neither a date with a time nor a date.
func DatetimeFromDateParsing(err string) *Failure {
	return failWith("datetime_from_date_parsing", "Input should be a valid datetime or date, "+err, "error", err)
}

// DatetimePast: the moment is not before now.
func DatetimePast() *Failure { return fail("datetime_past", "Input should be in the past") }

// DatetimeFuture: the moment is not after now.
func DatetimeFuture() *Failure { return fail("datetime_future", "Input should be in the future") }

// DateType: neither a text nor a number for a date.
func DateType() *Failure { return fail("date_type", "Input should be a valid date") }

// DateParsing: a text that is no date.
func DateParsing(err string) *Failure {
	return failWith("date_parsing", "Input should be a valid date in the format YYYY-MM-DD, "+err, "error", err)
}

// DateFromDatetimeParsing: a text that is neither a date nor a date with a time.
func DateFromDatetimeParsing(err string) *Failure {
	return failWith("date_from_datetime_parsing", "Input should be a valid date or datetime, "+err, "error", err)
}

// DateFromDatetimeInexact: a date with a time that is not midnight.
func DateFromDatetimeInexact() *Failure {
	return fail("date_from_datetime_inexact", "Datetimes provided to dates should have zero time - e.g. be exact dates")
}

// DatePast: the day is not before today.
func DatePast() *Failure { return fail("date_past", "Date should be in the past") }

// DateFuture: the day is not after today.
func DateFuture() *Failure { return fail("date_future", "Date should be in the future") }

// TimeType: neither a text nor a number for a time of day.
func TimeType() *Failure { return fail("time_type", "Input should be a valid time") }

// TimeParsing: a text that is no time of day.
func TimeParsing(err string) *Failure {
	return failWith("time_parsing", "Input should be in a valid time format, "+err, "error", err)
}

// TimeDeltaType: neither a text nor a number for a duration.
func TimeDeltaType() *Failure { return fail("time_delta_type", "Input should be a valid timedelta") }

// TimeDeltaParsing: a text that is no duration.
func TimeDeltaParsing(err string) *Failure {
	return failWith("time_delta_parsing", "Input should be a valid timedelta, "+err, "error", err)
}

// TimezoneNaive: a time zone where none is allowed.
func TimezoneNaive() *Failure {
	return fail("timezone_naive", "Input should not have timezone info")
}

// TimezoneAware: no time zone where one is needed.
func TimezoneAware() *Failure { return fail("timezone_aware", "Input should have timezone info") }
