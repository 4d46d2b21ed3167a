package main

import "strings"

// The experiments in which TestSettingsAreNeverSilent sets keys, in a folder /w,
// and what it sets them to.

// setBases are experiments in which keys are set, each by what it has beside
// the others.
var setBases = map[string]string{
	"plain": `
seed: {weights: 1, trials: 2, noise: 3}
task:
  dt: 10
  tau: 100
  N_batch: 4
  inputs: 2
  outputs: 2
  parameters: {gain: 1, target: 0.8, levels: [1, 2]}
  trial: {coherence: [0.1, 0.5], direction: "choice(0, 1)", side: {choice: [0, 1], weights: [1, 1]}, items: {value: "integer(0, 1)", each: 2}, last: "uniform(0, 1)"}
  signals: {flicker: "normal(0, 0.1)"}
  periods: {fixation: 20, stimulus: 30, late: {from: 30, to: 40}}
  noise: 0.05
  x: [{in: stimulus, channel: direction, add: "gain * coherence * levels[0] + flicker + items[0] + side"}]
  y: [{in: stimulus, channel: direction, set: target}]
  mask: [{in: fixation, set: 0.5}]
  accuracy: choice
populations: {some: [0, 1], rest: "2:"}
model: {N_rec: 6, rec_noise: 0.1}
constraints: {dale_ratio: 0.5}
train: {training_iters: 12, loss_epoch: 1, performance_measure: accuracy}
test: {trials: 9}
ablate: {lesions: [{name: one, silence: some, window: [20, 40]}]}
`,
	"layered": `extends: plain.yaml
model: {N_feedforward_out: 3}
`,
	"free": `extends: plain.yaml
constraints: {dale_ratio: null}
`,
	"staged": `extends: plain.yaml
curriculum: {metric_epoch: 1, stages: [{task: {coherence: 0.7}, threshold: 0}, {task: {coherence: 0.3, accuracy: {choice: [0, 1]}}, threshold: 1}]}
`,
	"builtin": `
task: {kind: perceptual_discrimination, dt: 10, tau: 100, T: 60, N_batch: 4}
model: {N_rec: 6, rec_noise: 0.1}
train: {training_iters: 12, loss_epoch: 1}
test: {trials: 9}
ablate: {lesions: [{name: one, silence: 0}]}
`,
	"file": `
task: {kind: file, path: trials.npz, dt: 10, tau: 100, N_batch: 4}
model: {N_rec: 6, rec_noise: 0.1}
train: {training_iters: 12, loss_epoch: 1}
test: {trials: 9}
ablate: {lesions: [{name: one, silence: 0}]}
`,
}

// setRows say for every key of the experiment file how it is set. A list's
// element is [0], a map's free key is *. What a matrix takes is in matrixForms.
var setRows = map[string]setRow{
	"name":                                 {set: "name=other"},
	"seed":                                 {set: "seed=5"},
	"seed.weights":                         {set: "seed.weights=5"},
	"seed.trials":                          {set: "seed.trials=5"},
	"seed.noise":                           {set: "seed.noise=5"},
	"precision":                            {set: "precision=float64"},
	"task":                                 {set: "task={coherence: 0.9}"},
	"task.kind":                            {set: "task.kind=delayed_discrimination", base: "builtin"},
	"task.dt":                              {set: "task.dt=5"},
	"task.tau":                             {set: "task.tau=50"},
	"task.T":                               {set: "task.T=80"},
	"task.N_batch":                         {set: "task.N_batch=3"},
	"task.N_in":                            {set: "task.N_in=3", base: "builtin"},
	"task.N_out":                           {set: "task.N_out=3", base: "builtin"},
	"task.path":                            {set: "task.path=/w/others.npz", base: "file"},
	"task.path.file":                       {set: "task.path={file: /w/others.npz}", base: "file"},
	"task.path.sha256":                     {set: "task.path={file: /w/trials.npz, sha256: abc}", base: "file"},
	"task.path.steps":                      {set: "task.path={file: /w/trials.npz, steps: 3}", base: "file"},
	"task.path.inputs":                     {set: "task.path={file: /w/trials.npz, inputs: 3}", base: "file"},
	"task.path.outputs":                    {set: "task.path={file: /w/trials.npz, outputs: 3}", base: "file"},
	"task.path.variables":                  {set: "task.path={file: /w/trials.npz, variables: [a]}", base: "file"},
	"task.order":                           {set: "task.order=shuffled", base: "file"},
	"task.command":                         {set: "task.command=[nothing]"},
	"task.command.line":                    {set: "task.command={line: [nothing]}"},
	"task.command.folder":                  {set: "task.command={line: [nothing], folder: ..}"},
	"task.command.variables":               {set: "task.command={line: [nothing], variables: [a]}"},
	"task.about":                           {set: "task.about=other"},
	"task.reference":                       {set: "task.reference=other"},
	"task.inputs":                          {set: "task.inputs=3"},
	"task.outputs":                         {set: "task.outputs=3"},
	"task.parameters":                      {set: "task.parameters.gain=3"},
	"task.parameters.*.value":              {set: `task.parameters.levels={value: "2 + index", each: 2}`},
	"task.parameters.*.each":               {set: `task.parameters.levels={value: "2 + index", each: 3}`},
	"task.trial":                           {set: "task.trial.coherence=0.9"},
	"task.trial.*.value":                   {set: "task.trial.items.value=0"},
	"task.trial.*.each":                    {set: `task={trial: {items: {value: "integer(0, 1)", each: 3}}, x: [{channel: 0, add: "items[2]"}]}`},
	"task.trial.*.choice":                  {set: "task.trial.side.choice=[5, 6]"},
	"task.trial.*.weights":                 {set: "task.trial.side.weights=[0, 1]"},
	"task.signals":                         {set: "task.signals.flicker=1"},
	"task.signals.*.value":                 {set: `task.signals.flicker={value: "normal(0, 2)"}`},
	"task.signals.*.each":                  {set: `task={signals: {flicker: {value: "normal(0, 2)", each: 2}}, x: [{channel: 0, add: "flicker[0]"}]}`},
	"task.signals.*.choice":                {set: "task.signals.flicker={choice: [0, 1], weights: [1, 1]}"},
	"task.signals.*.weights":               {set: "task.signals.flicker={choice: [0, 1], weights: [1, 3]}"},
	"task.periods":                         {set: "task.periods.fixation=10"},
	"task.periods.*.from":                  {set: "task={periods: {late: {from: 0, to: 40}}, mask: [{in: late, set: 0}]}"},
	"task.periods.*.to":                    {set: "task={periods: {late: {from: 30, to: 50}}, mask: [{in: late, set: 0}]}"},
	"task.noise":                           {set: "task.noise=0.5"},
	"task.x":                               {set: "task.x=[{add: 2}]"},
	"task.x[].when":                        {set: `task.x=[{when: t > 20, add: 2}]`},
	"task.x[].in":                          {set: "task.x=[{in: late, add: 2}]"},
	"task.x[].channel":                     {set: "task.x=[{channel: 1, add: 2}]"},
	"task.x[].set":                         {set: "task.x=[{set: 3}]"},
	"task.x[].add":                         {set: "task.x=[{add: 3}]"},
	"task.x[].multiply":                    {set: "task.x=[{add: 3}, {multiply: 3}]"},
	"task.y":                               {set: "task.y=[{channel: 0, set: 2}]"},
	"task.y[].when":                        {set: `task.y=[{when: t > 20, channel: 0, add: 2}]`},
	"task.y[].in":                          {set: "task.y=[{in: late, channel: 0, add: 2}]"},
	"task.y[].channel":                     {set: "task.y=[{channel: 1, add: 2}]"},
	"task.y[].set":                         {set: "task.y=[{channel: 0, set: 3}]"},
	"task.y[].add":                         {set: "task.y=[{channel: 0, add: 3}]"},
	"task.y[].multiply":                    {set: "task.y=[{channel: 0, add: 3}, {multiply: 3}]"},
	"task.mask":                            {set: "task.mask=[{in: stimulus, set: 0.1}]"},
	"task.mask[].when":                     {set: `task.mask=[{when: t > 20, multiply: 2}]`},
	"task.mask[].in":                       {set: "task.mask=[{in: late, add: 2}]"},
	"task.mask[].channel":                  {set: "task.mask=[{channel: 1, add: 2}]"},
	"task.mask[].set":                      {set: "task.mask=[{set: 3}]"},
	"task.mask[].add":                      {set: "task.mask=[{add: 3}]"},
	"task.mask[].multiply":                 {set: "task.mask=[{multiply: 3}]"},
	"task.accuracy":                        {set: "task.accuracy=last(output[0]) > 100"},
	"task.accuracy.choice":                 {set: "task.outputs=3;task.accuracy={choice: [0, 2]}"},
	"task.accuracy.sign":                   {set: "task.accuracy={sign: 0}"},
	"task.accuracy.correct":                {set: `task.accuracy={correct: "last(output[0]) > 100"}`},
	"task.accuracy.in":                     {set: `task.accuracy={correct: "mean(output[0]) > 100", in: stimulus}`},
	"task.*":                               {set: "task.coherence=0.9"},
	"populations":                          {set: "populations.some=[3]"},
	"model":                                {set: "model={rec_noise: 0.4}"},
	"model.kind":                           {set: "constraints.dale_ratio=null;model.rec_noise=0;model.kind=gru"},
	"model.N_rec":                          {set: "model.N_rec=5"},
	"model.rec_noise":                      {set: "model.rec_noise=0.3"},
	"model.tau":                            {set: "model.tau={some: 20, rest: 200}"},
	"model.transfer_function":              {set: "model.transfer_function=softplus"},
	"model.N_feedforward_out":              {set: "model.N_feedforward_out=2"},
	"model.W_in_train":                     {set: "model.W_in_train=false"},
	"model.W_rec_train":                    {set: "model.W_rec_train=false"},
	"model.W_out_train":                    {set: "model.W_out_train=false"},
	"model.b_rec_train":                    {set: "model.b_rec_train=false"},
	"model.b_out_train":                    {set: "model.b_out_train=false"},
	"model.init_state_train":               {set: "model.init_state_train=false"},
	"model.W_in_first_train":               {set: "model.W_in_first_train=false", base: "layered"},
	"initializer":                          {set: "initializer={spec_rad: 2}"},
	"initializer.kind":                     {set: "initializer.kind=weight_initializer"},
	"initializer.spec_rad":                 {set: "initializer.spec_rad=2"},
	"initializer.alpha":                    {set: "initializer={kind: alpha_identity, alpha: 0.3}"},
	"initializer.which_rand_init":          {set: "initializer.which_rand_init=const_unif"},
	"initializer.which_rand_W_rec_init":    {set: "initializer={kind: weight_initializer, which_rand_W_rec_init: const_gauss}"},
	"initializer.init_minval":              {set: "initializer={which_rand_init: const_unif, init_minval: -1}"},
	"initializer.init_maxval":              {set: "initializer={which_rand_init: const_unif, init_maxval: 1}"},
	"initializer.load_weights_path":        {set: "initializer.load_weights_path=/w/other.npz"},
	"initializer.load_weights_path.file":   {set: "initializer.load_weights_path={file: /w/other.npz}"},
	"initializer.load_weights_path.sha256": {set: "initializer.load_weights_path={file: /w/other.npz, sha256: abc}"},
	"initializer.*":                        {set: "initializer.W_out=0.3"},
	"constraints":                          {set: "constraints={autapses: false}"},
	"constraints.dale_ratio":               {set: "constraints.dale_ratio=0.7"},
	"constraints.dale_signs":               {set: "constraints={dale_ratio: null, dale_signs: [-1, 1, 1, 1, 1, 1]}"},
	"constraints.autapses":                 {set: "constraints.autapses=false"},
	"constraints.input_connectivity":       {set: "constraints.input_connectivity=0.5"},
	"constraints.rec_connectivity":         {set: "constraints.rec_connectivity=0.5"},
	"constraints.output_connectivity":      {set: "constraints.output_connectivity=0.5"},
	"constraints.fixed_weights":            {set: "constraints.fixed_weights.W_out=1"},
	"loss":                                 {set: "loss=binary_cross_entropy"},
	"regularizers":                         {set: "regularizers={L1_in: 1}"},
	"regularizers.L1_in":                   {set: "regularizers.L1_in=1"},
	"regularizers.L1_rec":                  {set: "regularizers.L1_rec=1"},
	"regularizers.L1_out":                  {set: "regularizers.L1_out=1"},
	"regularizers.L2_in":                   {set: "regularizers.L2_in=1"},
	"regularizers.L2_rec":                  {set: "regularizers.L2_rec=1"},
	"regularizers.L2_out":                  {set: "regularizers.L2_out=1"},
	"regularizers.L2_firing_rate":          {set: "regularizers.L2_firing_rate=1"},
	"train":                                {set: "train={learning_rate: 0.1}"},
	"train.training_iters":                 {set: "train.training_iters=8"},
	"train.learning_rate":                  {set: "train.learning_rate=0.1"},
	"train.learning_rate.schedule":         {set: "train.learning_rate={schedule: cosine, start: 0.001}"},
	"train.learning_rate.start":            {set: "train.learning_rate={schedule: constant, start: 0.1}"},
	"train.learning_rate.decay":            {set: "train.learning_rate={schedule: step, start: 0.001, decay: 0.1, every: 1}"},
	"train.learning_rate.every":            {set: "train.learning_rate={schedule: step, start: 0.001, every: 2}"},
	"train.learning_rate.over":             {set: "train.learning_rate={schedule: cosine, start: 0.001, over: 2}"},
	"train.learning_rate.end":              {set: "train.learning_rate={schedule: cosine, start: 0.001, end: 1, over: 3}"},
	"train.learning_rate.warm_up":          {set: "train.learning_rate={start: 0.001, warm_up: 2}"},
	"train.optimizer":                      {set: "train.optimizer=sgd"},
	"train.optimizer.kind":                 {set: "train.optimizer={kind: rmsprop}"},
	"train.optimizer.beta1":                {set: "train.optimizer={kind: adam, beta1: 0.5}"},
	"train.optimizer.beta2":                {set: "train.optimizer={kind: adam, beta2: 0.5}"},
	"train.optimizer.epsilon":              {set: "train.optimizer={kind: adam, epsilon: 0.1}"},
	"train.optimizer.weight_decay":         {set: "train.optimizer={kind: adamw, weight_decay: 0.5}"},
	"train.optimizer.momentum":             {set: "train.optimizer={kind: momentum, momentum: 0.5}"},
	"train.optimizer.decay":                {set: "train.optimizer={kind: rmsprop, decay: 0.5}"},
	"train.optimizer.initial_accumulator":  {set: "train.optimizer={kind: adagrad, initial_accumulator: 0.5}"},
	"train.clip_grads":                     {set: "train.optimizer=sgd;train.clip_grads={value: 0.0001}"},
	"train.clip_grads.norm":                {set: "train.optimizer=sgd;train.clip_grads={norm: 0.0001}"},
	"train.clip_grads.global_norm":         {set: "train.optimizer=sgd;train.clip_grads={global_norm: 0.0001}"},
	"train.clip_grads.value":               {set: "train.optimizer=sgd;train.clip_grads={value: 0.0001}"},
	"train.loss_epoch":                     {set: "train.loss_epoch=2"},
	"train.performance_measure":            {set: "train.performance_measure=null"},
	"train.performance_cutoff":             {set: "train.performance_cutoff=0"},
	"train.performance_epoch":              {set: "train.performance_epoch=2"},
	"train.performance_window":             {set: "train.performance_window=2"},
	"train.save_weights_path":              {set: "train.save_weights_path=again.npz"},
	"train.training_weights_path":          {set: "train={training_weights_path: steps/w, save_training_weights_epoch: 1}"},
	"train.save_training_weights_epoch":    {set: "train.save_training_weights_epoch=1"},
	"train.checkpoint_every":               {set: "train.checkpoint_every=1 updates"},
	"curriculum":                           {set: "curriculum={stages: [{task: {coherence: 0.4}}]}"},
	"curriculum.metric_epoch":              {set: "curriculum.metric_epoch=2", base: "staged"},
	"curriculum.metric":                    {set: "curriculum.metric=speed", base: "staged"},
	"curriculum.output_file":               {set: "curriculum={output_file: metric.npy, stages: [{threshold: 0}]}", base: "staged"},
	"curriculum.stages":                    {set: "curriculum.stages=[{task: {coherence: 0.4}}]", base: "staged"},
	"curriculum.stages[].task":             {set: "curriculum.stages[0].task.coherence=0.9", base: "staged"},
	"curriculum.stages[].accuracy":         {set: "curriculum.stages[0].accuracy=last(output[0]) > 100", base: "staged"},
	"curriculum.stages[].accuracy.choice":  {set: "task.outputs=3;curriculum.stages[1].task.accuracy=null;curriculum.stages[0].accuracy={choice: [0, 2]}", base: "staged"},
	"curriculum.stages[].accuracy.sign":    {set: "curriculum.stages[0].accuracy={sign: 0}", base: "staged"},
	"curriculum.stages[].accuracy.correct": {set: `curriculum.stages[0].accuracy={correct: "last(output[0]) > 100"}`, base: "staged"},
	"curriculum.stages[].accuracy.in":      {set: `curriculum.stages[0].accuracy={correct: "mean(output[0]) > 100", in: stimulus}`, base: "staged"},
	"curriculum.stages[].threshold":        {set: "curriculum.stages[0].threshold=1", base: "staged"},
	"test":                                 {set: "test={trials: 5}"},
	"test.trials":                          {set: "test.trials=5"},
	"test.seed":                            {set: "test.seed=5"},
	"test.task":                            {set: "test.task.coherence=0.9"},
	"test.by":                              {set: "test.by=coherence"},
	"test.by.*.bins":                       {set: "test.by={last: {bins: 2}}"},
	"test.reaction_time":                   {set: "test.reaction_time={threshold: 0.001}"},
	"test.reaction_time.threshold":         {set: "test.reaction_time={threshold: 0.3}"},
	"test.reaction_time.from":              {set: "test.reaction_time={threshold: 0.001, from: stimulus}"},
	"test.reaction_time.channels":          {set: "test.reaction_time={threshold: 0.001, channels: 1}"},
	"ablate":                               {set: "ablate={lesions: [{name: two, silence: 3}]}"},
	"ablate.lesions":                       {set: "ablate.lesions=[{name: two, silence: 3}]"},
	"ablate.lesions[].name":                {set: "ablate.lesions[0].name=two"},
	"ablate.lesions[].silence":             {set: "ablate.lesions[0].silence=4"},
	"ablate.lesions[].connections":         {set: "ablate.lesions=[{name: one, connections: {from: some}}]"},
	"ablate.lesions[].connections.matrix":  {set: "ablate.lesions=[{name: one, connections: {matrix: W_out}}]"},
	"ablate.lesions[].connections.from":    {set: "ablate.lesions=[{name: one, connections: {from: [0]}}]"},
	"ablate.lesions[].connections.to":      {set: "ablate.lesions=[{name: one, connections: {to: [0]}}]"},
	"ablate.lesions[].scale":               {set: "ablate.lesions=[{name: one, connections: {from: some}, scale: 3}]"},
	"ablate.lesions[].current":             {set: "ablate.lesions=[{name: one, current: 2}]"},
	"ablate.lesions[].current.to":          {set: "ablate.lesions=[{name: one, current: {to: some, value: 2}}]"},
	"ablate.lesions[].current.value":       {set: "ablate.lesions=[{name: one, current: {value: 3}}]"},
	"ablate.lesions[].noise":               {set: "ablate.lesions=[{name: one, noise: 2}]"},
	"ablate.lesions[].noise.to":            {set: "ablate.lesions=[{name: one, noise: {to: some, value: 2}}]"},
	"ablate.lesions[].noise.value":         {set: "ablate.lesions=[{name: one, noise: {value: 3}}]"},
	"ablate.lesions[].dt":                  {set: "ablate.lesions=[{name: one, dt: 3}]"},
	"ablate.lesions[].window":              {set: "ablate.lesions[0].window=[30, 40]"},
	"ablate.lesions[].in":                  {set: "ablate.lesions=[{name: one, silence: some, in: stimulus}]"},
	"ablate.lesions[].each":                {set: "ablate.lesions=[{name: one, each: unit}]"},
	"ablate.lesions[].each.window":         {set: "ablate.lesions=[{name: one, each: {window: 20}}]"},
	"ablate.lesions[].random":              {set: "ablate.lesions=[{name: one, random: {units: 2, repeats: 3}}]"},
	"ablate.lesions[].random.units":        {set: "ablate.lesions=[{name: one, random: {units: 3, repeats: 3}}]"},
	"ablate.lesions[].random.repeats":      {set: "ablate.lesions=[{name: one, random: {units: 3, repeats: 4}}]"},
	"ablate.lesions[].random.seed":         {set: "ablate.lesions=[{name: one, random: {units: 3, repeats: 4, seed: 3}}]"},
	"ablate.lesions[].random.of":           {set: "ablate.lesions=[{name: one, random: {units: 1, repeats: 4, of: some}}]"},
}

// setRow is how a key is set, in which of the experiments.
type setRow struct {
	set  string // one or more assignments, with ; between
	base string // plain if empty
}

// matrixForms are how the keys of a matrix are set, by what stands for it.
var matrixForms = map[string]string{
	"file": "{file: /w/matrix.npz, key: K}", "key": "{file: /w/matrix.npz, key: K}", "sha256": "{file: /w/matrix.npz, key: K, sha256: abc}",
	"fill": "{fill: 0.25}", "density": "{density: 0.4}", "identity": "{identity: 0.5}",
	"set": "{fill: 1, set: [{rows: 0, value: 0.5}]}", "set[].rows": "{fill: 1, set: [{rows: 1, value: 0.5}]}",
	"set[].cols": "{fill: 1, set: [{cols: 1, value: 0.5}]}", "set[].value": "{fill: 1, set: [{rows: 0, value: 0.25}]}",
}

// matrices are the keys that such a form follows, and the text that it is set in.
var matrices = map[string]string{
	"model.tau.": "model.tau=", "initializer.*.": "initializer.W_rec=", "constraints.fixed_weights.*.": "constraints.fixed_weights.W_rec=",
	"constraints.input_connectivity.": "constraints.input_connectivity=", "constraints.rec_connectivity.": "constraints.rec_connectivity=",
	"constraints.output_connectivity.": "constraints.output_connectivity=", "constraints.dale_signs.": "constraints.dale_ratio=null;constraints.dale_signs=",
}

// onlyNumbers put numbers that may stand there in the place of others.
var onlyNumbers = map[string]*strings.Replacer{
	"model.tau.":                   strings.NewReplacer("density: 0.4", "density: 1"),
	"constraints.dale_signs.":      strings.NewReplacer("density: 0.4", "density: 1", "0.25", "1", "0.5", "-1"),
	"constraints.fixed_weights.*.": strings.NewReplacer("0.25", "1", "value: 0.5", "value: 0", "identity: 0.5", "identity: 1"),
}
