package external

// fakeChild is for tests of groups, which there are none of here.
func fakeChild(bool) {}
