package constraint

// The failures of dates, times and durations. err is a message of pydantic's speedate, such as "input is too short".

// DatetimeType is the failure for a value that is neither a text nor a number, for a time.Time.
func DatetimeType() *Failure { return fail("datetime_type", "Input should be a valid datetime") }

// DatetimeParsing is the failure for a text that is no date and time.
func DatetimeParsing(err string) *Failure {
	return failWith("datetime_parsing", "Input should be a valid datetime, "+err, "error", err)
}

// DatetimeFromDateParsing is the failure for a text that is neither a date with a time nor a date.
func DatetimeFromDateParsing(err string) *Failure {
	return failWith("datetime_from_date_parsing", "Input should be a valid datetime or date, "+err, "error", err)
}

// DatetimePast is the failure when the moment is not before now.
func DatetimePast() *Failure { return fail("datetime_past", "Input should be in the past") }

// DatetimeFuture is the failure when the moment is not after now.
func DatetimeFuture() *Failure { return fail("datetime_future", "Input should be in the future") }

// DateType is the failure for a value that is neither a text nor a number, for a date.
func DateType() *Failure { return fail("date_type", "Input should be a valid date") }

// DateParsing is the failure for a text that is no date.
func DateParsing(err string) *Failure {
	return failWith("date_parsing", "Input should be a valid date in the format YYYY-MM-DD, "+err, "error", err)
}

// DateFromDatetimeParsing is the failure for a text that is neither a date nor a date with a time.
func DateFromDatetimeParsing(err string) *Failure {
	return failWith("date_from_datetime_parsing", "Input should be a valid date or datetime, "+err, "error", err)
}

// DateFromDatetimeInexact is the failure for a date with a time that is not midnight.
func DateFromDatetimeInexact() *Failure {
	return fail("date_from_datetime_inexact", "Datetimes provided to dates should have zero time - e.g. be exact dates")
}

// DatePast is the failure when the day is not before today.
func DatePast() *Failure { return fail("date_past", "Date should be in the past") }

// DateFuture is the failure when the day is not after today.
func DateFuture() *Failure { return fail("date_future", "Date should be in the future") }

// TimeType is the failure for a value that is neither a text nor a number, for a time of day.
func TimeType() *Failure { return fail("time_type", "Input should be a valid time") }

// TimeParsing is the failure for a text that is no time of day.
func TimeParsing(err string) *Failure {
	return failWith("time_parsing", "Input should be in a valid time format, "+err, "error", err)
}

// TimeDeltaType is the failure for a value that is neither a text nor a number, for a duration.
func TimeDeltaType() *Failure { return fail("time_delta_type", "Input should be a valid timedelta") }

// TimeDeltaParsing is the failure for a text that is no duration.
func TimeDeltaParsing(err string) *Failure {
	return failWith("time_delta_parsing", "Input should be a valid timedelta, "+err, "error", err)
}

// TimezoneNaive is the failure for a time zone where none is allowed.
func TimezoneNaive() *Failure {
	return fail("timezone_naive", "Input should not have timezone info")
}

// TimezoneAware is the failure for a time without a zone where one is required.
func TimezoneAware() *Failure { return fail("timezone_aware", "Input should have timezone info") }
