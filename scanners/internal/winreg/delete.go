package winreg

// Delete takes out the key of a path with all below it; one that is not there is passed over.
func (r *Recorded) Delete(path string) {
	root, names, err := Split(path)
	if err != nil || len(names) == 0 {
		return
	}
	last := len(names) - 1
	if k := r.root.find(append([]string{root}, names[:last]...)); k != nil {
		delete(k.children, fold(names[last]))
	}
}

// DeleteValue takes a value out of the key of a path; one that is not there is passed over. The last value takes its
// place.
func (r *Recorded) DeleteValue(path, name string) {
	root, names, err := Split(path)
	if err != nil {
		return
	}
	k := r.root.find(append([]string{root}, names...))
	if k == nil {
		return
	}
	i, last := k.place(name), len(k.values)-1
	if i < 0 {
		return
	}
	if k.places != nil {
		k.places[fold(k.values[last].Name)] = i
		delete(k.places, fold(name))
	}
	k.values[i] = k.values[last]
	k.values = k.values[:last]
}
