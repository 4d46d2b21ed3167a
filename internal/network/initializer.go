package network

// The section initializer: which of its settings matter to a network follows from the
// tables of model, their defaults from the tags beside them.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"psychrnn/internal/model"
)

// InitializerConfig is the section initializer. What is absent is given its
// default by Fill where it is used.
type InitializerConfig struct {
	model.StartSettings
	Load    *WeightFile `yaml:"load_weights_path" doc:"a weight file to start from"`
	Weights byWeight    `yaml:",rest" doc:"any weight by its name (W_in, W_rec, W_out, b_rec, b_out, init_state, W_in_first, and those of an lstm), as a matrix"`
}

// drawSetting is a key of the section that says how weights are drawn.
type drawSetting struct {
	key, absent, doc string
	value            reflect.Value // a name or a *float64
}

// settings are those of the section, in its order.
func (c *InitializerConfig) settings() (list []drawSetting) {
	v := reflect.ValueOf(&c.StartSettings).Elem()
	for k := range v.NumField() {
		tag := v.Type().Field(k).Tag
		list = append(list, drawSetting{tag.Get("yaml"), tag.Get("absent"), tag.Get("doc"), v.Field(k)})
	}
	return list
}

// Used says which settings have an effect, by their keys, in a network with or
// without a feed-forward layer.
func (c *InitializerConfig) Used(layer bool) map[string]bool {
	used := map[string]bool{}
	use := func(keys ...string) {
		for _, key := range keys {
			used[key] = true
		}
	}
	drawn := func(weight string) bool {
		m, given := c.Weights.Get(weight)
		return c.Load == nil && (!given || m.Changes())
	}
	if drawn("W_rec") {
		use("kind")
		for k, s := range model.RecurrentStarts {
			if s.Name == string(c.Kind) || c.Kind == "" && k == 0 {
				use(s.Uses...)
			}
		}
	}
	if drawn("W_in") || drawn("W_out") || layer && drawn("W_in_first") || used["which_rand_W_rec_init"] {
		use("which_rand_init")
	}
	for _, d := range model.EntryDistributions {
		if used["which_rand_init"] && string(c.Rand) == d.Name || used["which_rand_W_rec_init"] && string(c.RandRec) == d.Name {
			use(d.Uses...)
		}
	}
	return used
}

// Fill gives the settings in use their defaults (original 2).
func (c *InitializerConfig) Fill(layer bool) {
	used := c.Used(layer)
	for _, s := range c.settings() {
		if s.absent == "" || !used[s.key] || !s.value.IsZero() {
			continue
		}
		if s.value.Kind() == reflect.String {
			s.value.SetString(s.absent)
		} else if number, err := strconv.ParseFloat(s.absent, 64); err == nil {
			s.value.Set(reflect.ValueOf(&number))
		}
	}
	if used["which_rand_W_rec_init"] && c.RandRec == "" {
		c.RandRec = c.Rand
	}
}

// RecurrentKeys are the settings that concern W_rec alone.
func RecurrentKeys() []string {
	keys := []string{"kind"}
	for _, s := range model.RecurrentStarts {
		keys = append(keys, s.Uses...)
	}
	return keys
}

// start refuses a weight that is given twice, and warns of settings of the
// initializer that nothing uses.
func (a *Assembly) start() {
	c := a.Initializer
	used := c.Used(a.Model.FeedForward > 0)
	for _, e := range c.Weights.Map {
		if c.Load != nil && !e.Value.Changes() {
			a.refuse("load_weights_path gives this weight as well", "keep one; set alone changes parts of a loaded weight", "initializer", e.Key)
		}
	}
	kind := string(c.Kind)
	if kind == "" {
		kind = model.RecurrentStarts[0].Name + ", the default,"
	}
	for _, s := range c.settings() {
		if used[s.key] {
			if number, is := s.value.Interface().(*float64); is && number == nil && s.absent == "" {
				what, _, _ := strings.Cut(s.doc, ",")
				a.refuse(fmt.Sprintf("%s needs %s, the %s", userOf(s.key), s.key, what), "for example "+s.key+": 0.5", "initializer", "kind")
			}
			continue
		}
		reason, hint := "all weights that it could draw are given", "leave it out"
		user := userOf(s.key)
		switch recurrent := slices.Contains(RecurrentKeys(), s.key); {
		case c.Load != nil:
			reason, hint = "load_weights_path gives all weights, so nothing is drawn", "keep one"
		case !used["kind"] && recurrent:
			reason, hint = "W_rec is given as a matrix, so it is not drawn", "keep one"
		case recurrent && s.key != "kind":
			reason, hint = kind+" does not use it", "kind: "+user+" does"
		case user != "":
			reason, hint = "only "+user+" uses it", "which_rand_init: "+user
		}
		a.Ignored("has no effect: "+reason, hint, "initializer", s.key)
	}
}

// userOf is the line of a table that uses a setting.
func userOf(key string) string {
	for _, r := range model.RecurrentStarts {
		if slices.Contains(r.Uses, key) {
			return r.Name
		}
	}
	for _, d := range model.EntryDistributions {
		if slices.Contains(d.Uses, key) {
			return d.Name
		}
	}
	return ""
}

// limits refuses an empty interval of const_unif.
func (a *Assembly) limits() {
	c := *a.Initializer // a copy to be filled
	c.Fill(a.Model.FeedForward > 0)
	if c.Min == nil || c.Max == nil || *c.Min < *c.Max || !a.Sound("initializer", "init_minval") || !a.Sound("initializer", "init_maxval") {
		return
	}
	key := "init_minval"
	if a.At("initializer", key) == nil {
		key = "init_maxval"
	}
	a.refuse(fmt.Sprintf("init_minval %v is not below init_maxval %v", *c.Min, *c.Max), "", "initializer", key)
}
