package inventory

// UnitePermissions adds what one part of an app asks for to what the others ask for, each once. What is asked for
// in so many words goes before what a platform only implies.
func UnitePermissions(have, more []Permission) []Permission {
	at := make(map[string]int, len(have))
	for i := range have {
		at[have[i].Name] = i
	}
	for _, p := range more {
		i, ok := at[p.Name]
		if !ok {
			at[p.Name] = len(have)
			have = append(have, p)
			continue
		}
		if have[i].Implied && p.Requested {
			have[i] = p
		}
	}
	return have
}
