package invoke

// MaxIn and MaxOut are for the test that writes direct.go.
const MaxIn, MaxOut = maxIn, maxOut
