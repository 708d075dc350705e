package apksign

// codenames are the first letters of the names of previews, and the API level of the version before: what a
// preview is until its own number is given.
var codenames = []struct {
	letter byte
	sdk    int
}{
	{'C', 2}, {'D', 3}, {'E', 4}, {'F', 7}, {'G', 8}, {'H', 10}, {'I', 13}, {'J', 15}, {'K', 18}, {'L', 20},
	{'M', 22}, {'N', 23}, {'O', 25},
}

// CodenameSDK is the API level that a preview's codename stands for in a manifest, as apksigner counts:
// letters after the last one known here go up by one each. 0 is returned for what is no codename.
func CodenameSDK(name string) int {
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return 0
	}
	sdk := 1
	for _, c := range codenames {
		if c.letter <= name[0] {
			sdk = c.sdk + int(name[0]-c.letter)
		}
	}
	return sdk
}
