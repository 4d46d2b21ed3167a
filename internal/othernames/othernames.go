// Package othernames knows what the original, other programs and habits call what
// an experiment file says: a key or value that is unknown may be one of these
// names, and the message then says what it is here.
package othernames

import (
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"psychrnn/configs"
	"psychrnn/internal/fault"
	"psychrnn/internal/strict"
	"psychrnn/internal/task"
)

// otherName is what something is called elsewhere.
type otherName struct {
	path  string // of the key here, in which * is the name itself; empty where there is none
	note  string // what else to know
	names string // elsewhere; test.n_trials is n_trials, where it stands in a section test
}

// original are the original's names for what is called otherwise here: keys of
// params and train_params, arguments, attributes, classes.
var original = []otherName{
	{"initializer.kind", "gaussian_spectral_radius", "GaussianSpectralRadius"},
	{"initializer.kind", "weight_initializer", "WeightInitializer"},
	{"initializer.kind", "alpha_identity", "AlphaIdentity"},
	{"task.kind", "perceptual_discrimination", "PerceptualDiscrimination"},
	{"task.kind", "delayed_discrimination", "DelayedDiscrimination"},
	{"task.kind", "match_to_category", "MatchToCategory"},
	{"task", "a definition, in the place of a class", "Task"},
	{"model.kind", "basic", "Basic RNN"},
	{"model.kind", "basic_scan", "BasicScan"},
	{"model.kind", "lstm", "LSTM"},
	{"model.N_feedforward_out", "with kind: basic", "Basic_with_Feedforward BasicFeedforward"},
	{"curriculum", "", "Curriculum"},
	{"curriculum.stages", "each stage has the keys of task that change", "tasks"},
	{"curriculum.stages", "each stage has its threshold", "thresholds"},
	{"curriculum.stages", "each stage has its accuracy", "accuracies"},
	{"curriculum.metric", "it is always the accuracy; each stage's accuracy says what is right", "metric_function default_metric"},
	{"task.accuracy", "an expression, in the place of a function", "accuracy_function"},
	{"task.x", "rules, beside task.y and task.mask, in the place of a function", "trial_function"},
	{"task.trial", "expressions, in the place of a function", "generate_trial_params"},
	{"constraints.rec_connectivity", "", "recurrent_connectivity"},
	{"constraints.dale_signs", "1 for each excitatory unit, -1 for each inhibitory one", "Dale_rec"},
	{"constraints.dale_signs", "inhibitory units do not project to the output", "Dale_out"},
	{"initializer.W_in", "", "feedforward_W_in W_in"},
	{"constraints.input_connectivity", "", "feedforward_input_connectivity"},
	{"initializer.*", "", "W_rec W_out b_rec b_out init_state"},
	{"initializer.load_weights_path", "", "weights_path"},
	{"", "functions of your own have no place: leave it out, and see the keys of regularizers", "custom_regularization Regularizer"},
	{"loss", "mean_squared_error or binary_cross_entropy", "custom_loss LossFunction"},
	{"task.T", "steps are T/dt", "N_steps"},
	{"", "alpha of the original is dt/tau: write task.dt and task.tau; that of alpha_identity is initializer.alpha", "alpha"},
	{"", "its keys belong to task, model, initializer, constraints and regularizers: see docs/from-psychrnn.md", "network_params params"},
	{"train", "fixed_weights belongs to constraints, curriculum to the top", "train_params"},
	{"", "say --progress none or -q on the command line", "verbosity"},
	{"", "t_connectivity is a flag of simulate: psychrnn simulate RUN --t-connectivity tc.npy", "t_connectivity"},
	{"", "trials of your own go into psychrnn simulate RUN --inputs x.npy", "trial_input"},
	{"", "trained weights are run by psychrnn simulate RUN", "BasicSimulator LSTMSimulator Simulator rnn_model"},
}

// foreign are names of the field's other programs: PyTorch, Keras, JAX,
// neurogym, pycog.
var foreign = []otherName{
	{"train.learning_rate", "", "lr step_size eta base_lr initial_lr"},
	{"train.learning_rate", "a schedule, such as {schedule: exponential, start: 0.01, decay: 0.9}", "lr_schedule lr_scheduler scheduler lr_decay learning_rate_decay"},
	{"train.training_iters", "it counts trials, so it is the number of updates times N_batch", "epochs n_epochs num_epochs max_epochs nb_epoch nb_epochs n_epoch n_iter n_iters num_iters num_iterations n_iterations max_iter max_iters iterations train_steps training_steps steps_per_epoch n_updates num_updates max_steps total_timesteps"},
	{"train.training_iters", "it counts trials, so it is the number of updates times N_batch", "train.steps train.n_steps train.num_steps train.updates train.iters train.num_updates train.batches train.n_batches train.num_batches"},
	{"train.training_iters", "", "n_trials num_trials"},
	{"", "training does not wait for better losses: it ends at train.training_iters, or earlier at train.performance_cutoff", "patience early_stopping_patience min_delta"},
	{"train.optimizer", "", "optim opt"},
	{"train.optimizer", "beta1 and beta2 of adam", "betas"},
	{"train.optimizer", "{kind: adamw, weight_decay: 0.01}; a penalty on weights is regularizers.L2_rec", "weight_decay wd decoupled_weight_decay"},
	{"train.clip_grads", "{norm: 1} bounds each tensor, {global_norm: 1} all together, {value: 0.1} each entry", "grad_clip gradient_clip clip_gradient clip_norm clipnorm max_grad_norm max_gradient_norm clip clip_grad clip_grad_norm gradient_clipping global_clipnorm clipvalue clip_value gradient_clip_val"},
	{"train.loss_epoch", "", "print_every log_every log_interval display_step display_every print_freq checkfreq report_every"},
	{"train.performance_cutoff", "", "target_performance stop_accuracy early_stopping min_error target_accuracy"},
	{"train.save_training_weights_epoch", "", "save_every save_freq save_interval"},
	{"task.N_batch", "", "batch_size batch minibatch_size gradient_batch_size num_batch train_batch_size bs"},
	{"model.N_rec", "", "hidden_size hidden_dim hidden_units hidden n_hidden num_hidden nhid n_units num_units n_neurons num_neurons n_recurrent rnn_size rnn_units state_size d_model n_rnn N_hid units N"},
	{"task.noise", "the standard deviation of each step; stim_noise scales that of the built-in tasks, and the noise of recurrent units is model.rec_noise", "task.noise_std task.noise_level task.noise_scale task.sigma task.sigma_noise"},
	{"model.rec_noise", "", "model.noise noise_rec noise_std sigma_rec var_rec sigma noise_level recurrent_noise state_noise sigma_noise rnn_noise noise_scale internal_noise"},
	{"model.transfer_function", "", "activation activation_fn act_fn act nonlinearity hidden_activation activation_function rnn_activation phi"},
	{"model.kind", "", "cell cell_type rnn_type model_type architecture"},
	{"model.tau", "", "taus"},
	{"model.tau", "of units that differ; task.tau is that of all, in ms", "model.time_constant model.time_constants model.tau_m model.tau_mem model.tau_rec"},
	{"", "there is no switch for biases: b_rec and b_out start at 0, and stay there with model.b_rec_train: false and model.b_out_train: false", "bias use_bias biases"},
	{"", "there is no dropout: what comes nearest is noise in the recurrent units, model.rec_noise", "dropout dropout_rate rec_dropout recurrent_dropout"},
	{"", "there is one recurrent layer: populations and constraints.rec_connectivity divide it into areas, and model.N_feedforward_out puts a layer before it", "num_layers n_layers num_rnn_layers layers"},
	{"", "a network runs forward in time only: leave it out", "bidirectional"},
	{"task.noise", "the standard deviation of each step; stim_noise scales that of the built-in tasks", "sigma_in var_in input_noise sigma_x noise_in"},
	{"task.dt", "in ms", "time_step timestep delta_t"},
	{"task.tau", "in ms", "time_constant tau_m tau_mem tau_rec"},
	{"task.T", "in ms", "seq_len sequence_length seq_length n_steps num_steps n_timesteps num_timesteps trial_length trial_duration t_max tmax tdim T_max"},
	{"task.periods", "", "timing timings epochs_ms"},
	{"task.inputs", "", "input_size input_dim n_inputs n_input num_inputs in_features ob_size N_inputs"},
	{"task.outputs", "", "output_size output_dim n_outputs n_output num_outputs out_features num_classes n_classes act_size N_outputs"},
	{"regularizers.L2_rec", "beside L2_in and L2_out: means, not sums", "lambda l2 l2_weight l2_reg l2_penalty weight_reg reg_lambda lambda_l2 lambda2_rec l2_lambda kernel_regularizer recurrent_regularizer"},
	{"regularizers.L2_in", "", "lambda2_in"},
	{"regularizers.L2_out", "", "lambda2_out"},
	{"regularizers.L1_rec", "beside L1_in and L1_out: means, not sums", "l1 l1_weight l1_reg l1_penalty lambda_l1 lambda1_rec l1_lambda"},
	{"regularizers.L1_in", "", "lambda1_in"},
	{"regularizers.L1_out", "", "lambda1_out"},
	{"regularizers.L2_firing_rate", "", "lambda2_r l2_rate l2_h l2_activity activity_reg activity_regularizer rate_reg metabolic_cost"},
	{"constraints.dale_ratio", "", "ei_ratio EI_ratio e_prop exc_ratio exc_frac e_frac p_exc prop_exc dale ei"},
	{"constraints.input_connectivity", "", "Cin"},
	{"constraints.rec_connectivity", "", "Crec mask_rec"},
	{"constraints.output_connectivity", "", "Cout"},
	{"constraints.rec_connectivity", "{density: 0.1} makes each connection with that chance", "sparsity p_rec connection_prob sparseness conn_prob"},
	{"constraints.autapses", "", "self_connections"},
	{"initializer.spec_rad", "", "spectral_radius rho0 rho"},
	{"initializer.which_rand_init", "", "init init_method weight_init kernel_initializer"},
	{"initializer.which_rand_W_rec_init", "with kind: weight_initializer", "recurrent_initializer rec_init"},
	{"initializer.W_in", "", "Win W_ih weight_ih_l0"},
	{"initializer.W_rec", "", "Wrec W_hh weight_hh_l0 J"},
	{"initializer.W_out", "", "Wout W_ho"},
	{"initializer.b_rec", "", "brec bias_hh_l0"},
	{"initializer.b_out", "", "bout"},
	{"initializer.init_state", "", "x0 h0 r0 initial_state"},
	{"initializer.load_weights_path", "", "pretrained pretrained_path load_model init_from"},
	{"model.init_state_train", "", "train_x0 train_h0"},
	{"model.b_rec_train", "", "train_brec train_b_rec"},
	{"model.b_out_train", "", "train_bout train_b_out"},
	{"model.W_in_train", "", "train_Win train_W_in"},
	{"model.W_rec_train", "", "train_Wrec train_W_rec"},
	{"model.W_out_train", "", "train_Wout train_W_out"},
	{"loss", "", "loss_fn loss_func criterion objective cost cost_function"},
	{"precision", "", "dtype float_type"},
	{"seed", "", "random_seed rng rng_seed manual_seed random_state np_seed"},
	{"test.trials", "", "test.n_trials test.num_trials test.batch_size test.n_batch test.num_samples test.n_samples n_test test_size n_validation validation_batch_size test_trials n_test_trials"},
	{"populations", "", "areas groups"},
	{"", "the folder of a run is a flag: -o FOLDER", "out_dir output_dir save_dir save_path model_dir log_dir checkpoint_dir logdir outdir"},
	{"", "networks are trained on the processor, by as many threads as the flag --threads says", "device gpu cuda use_gpu use_cuda n_jobs num_workers threads num_threads"},
	{"", "how much is printed is said by flags: --progress none, -q", "verbose quiet"},
}

// originalValues and foreignValues are what stands where a name is to be chosen; the note
// begins with the name here, or with a colon where there is none.
var originalValues = []otherName{
	{"model.kind", "basic: with model.N_feedforward_out", "Basic_with_Feedforward BasicFeedforward"},
	{"model.kind", "basic", "RNN"},
	{"train.optimizer", "adam", "tf.train.AdamOptimizer AdamOptimizer"},
	{"model.transfer_function", "relu", "tf.nn.relu"},
}

var foreignValues = append([]otherName{
	{"train.optimizer", "adam", "torch.optim.Adam optim.Adam optax.adam tf.keras.optimizers.Adam"},
	{"train.optimizer", "sgd", "GradientDescentOptimizer torch.optim.SGD optim.SGD optax.sgd"},
	{"train.optimizer", "rmsprop", "RMSPropOptimizer torch.optim.RMSprop optim.RMSprop"},
	{"train.optimizer", "adagrad", "AdagradOptimizer torch.optim.Adagrad"},
	{"train.optimizer", "momentum", "MomentumOptimizer"},
	{"model.transfer_function", "relu", "torch.relu F.relu nn.ReLU jax.nn.relu rectify rectified_linear threshold_linear half_wave"},
	{"model.transfer_function", "tanh", "tf.nn.tanh tf.tanh torch.tanh np.tanh nn.Tanh jnp.tanh"},
	{"model.transfer_function", "sigmoid", "tf.nn.sigmoid torch.sigmoid nn.Sigmoid jax.nn.sigmoid logistic"},
	{"model.transfer_function", "softplus", "tf.nn.softplus F.softplus nn.Softplus"},
	{"model.transfer_function", "leaky_relu", "tf.nn.leaky_relu nn.LeakyReLU F.leaky_relu"},
	{"model.transfer_function", "elu", "tf.nn.elu nn.ELU F.elu"},
	{"model.transfer_function", "linear", "identity none nn.Identity"},
	{"model.kind", "basic", "rnn vanilla vanilla_rnn ctrnn CTRNN leaky_rnn LeakyRNN elman SimpleRNN nn.RNN rate"},
	{"model.kind", "lstm", "nn.LSTM LSTMCell"},
	{"model.kind", "gru", "nn.GRU GRUCell"},
	{"loss", "mean_squared_error", "mse MSE MSELoss nn.MSELoss l2 L2Loss squared_error"},
	{"loss", "binary_cross_entropy", "bce BCE BCELoss nn.BCELoss binary_crossentropy"},
	{"loss", "binary_cross_entropy: of outputs as they are, without a softmax", "cross_entropy CrossEntropyLoss nn.CrossEntropyLoss categorical_crossentropy sparse_categorical_crossentropy BCEWithLogitsLoss softmax"},
	{"initializer.kind", "alpha_identity", "identity eye irnn IRNN"},
	{"initializer.kind", ": there is no orthogonal initializer: what comes nearest is gaussian_spectral_radius; a matrix of your own is initializer.W_rec", "orthogonal randortho"},
	{"initializer.kind", "gaussian_spectral_radius", "spectral_radius"},
	{"precision", "float32", "torch.float32 tf.float32 np.float32 single"},
	{"precision", "float64", "torch.float64 tf.float64 np.float64 double"},
	{"task.kind", "perceptual_discrimination", "PerceptualDecisionMaking PerceptualDecisionMaking-v0 perceptual_decision_making rdm"},
}, slices.Concat(
	initializersAs("initializer.which_rand_init", ""),
	initializersAs("initializer.which_rand_W_rec_init", ""),
	initializersAs("initializer.kind", "weight_initializer: with which_rand_init: "),
)...)

// initializersAs are the initializers that draw each weight alone, as values of a key;
// the text before says what they are values of here, if it is another.
func initializersAs(key, before string) []otherName {
	nearest := ": there is no initializer of Kaiming He: what comes nearest is " + strings.Replace(before, ":", "", 1)
	return []otherName{
		{key, before + "glorot_gauss", "glorot_normal xavier_normal xavier glorot"},
		{key, before + "glorot_unif", "glorot_uniform xavier_uniform"},
		{key, before + "const_gauss", "normal randn gaussian gauss random_normal"},
		{key, before + "const_unif", "uniform rand random_uniform"},
		{key, nearest + "glorot_gauss", "kaiming kaiming_normal he he_normal"},
		{key, nearest + "glorot_unif", "kaiming_uniform he_uniform"},
	}
}

// Elsewhere are these by name, those of values alone last.
var Elsewhere = sync.OnceValues(func() (all, values strict.Others) {
	all, values = strict.Others{}, strict.Others{}
	enterNames(all, original, strict.Other{}, false)
	enterNames(all, foreign, strict.Other{Foreign: true}, false)
	enterNames(all, taskKeys(), strict.Other{Exact: true}, false)
	enterNames(values, originalValues, strict.Other{}, true)
	enterNames(values, foreignValues, strict.Other{Foreign: true}, true)
	enterNames(values, exampleKinds(), strict.Other{}, true)
	return all, values
})

// enterNames adds names of one sort. A value means what it does at its key alone.
func enterNames(all strict.Others, list []otherName, sort strict.Other, values bool) {
	for _, n := range list {
		o := sort
		o.Path, o.Note = n.path, n.note
		if values {
			o.Path, o.Note, _ = strings.Cut(n.note, ": ")
			o.Only = n.path
		}
		for name := range strings.FieldsSeq(n.names) {
			one := o
			one.Path = strings.Replace(o.Path, "*", name, 1)
			if section, key, ok := strings.Cut(name, "."); ok && !values {
				name, one.Only = key, section
			}
			all[name] = append(all[name], one)
		}
	}
}

// exampleNames are what examples are called elsewhere, by neurogym above all.
var exampleNames = map[string]string{
	"anti_saccade":              "AntiReach AntiReach-v0 antisaccade",
	"context_integration":       "ContextDecisionMaking ContextDecisionMaking-v0 mante",
	"delayed_match_to_sample":   "DelayMatchSample DelayMatchSample-v0 dms",
	"flip_flop":                 "flipflop n_bit_flip_flop",
	"go_no_go":                  "GoNogo GoNogo-v0 go_nogo gonogo",
	"multisensory":              "MultiSensoryIntegration MultiSensoryIntegration-v0",
	"parametric_working_memory": "DelayComparison DelayComparison-v0 romo",
	"poisson_clicks":            "clicks",
	"random_dots":               "rdk random_dot_motion dots",
	"ready_set_go":              "ReadySetGo ReadySetGo-v0 rsg",
	"yang_dm1":                  "dm1",
}

// exampleKinds are the examples, which are no kinds of task.
func exampleKinds() (list []otherName) {
	for _, pattern := range []string{"tasks/*.yaml", "*.yaml"} {
		files, err := fs.Glob(configs.Files, pattern)
		if err != nil {
			panic("othernames: a bad pattern")
		}
		for _, file := range files {
			name := strings.TrimSuffix(path.Base(file), ".yaml")
			list = append(list, otherName{"task.kind", ": " + name + " is an example, to be written into a file of its own: psychrnn example " + name + " > " + name + ".yaml", name + " " + exampleNames[name]})
		}
	}
	return list
}

// taskKeys are the variables and parameters of the built-in tasks.
func taskKeys() (list []otherName) {
	_, forms, _ := strict.Accepts(reflect.TypeFor[task.Config]())
	kinds := forms[0].(strict.Variants).Keys()
	of := map[string][]string{}
	for _, kind := range task.BuiltInNames() {
		for _, f := range kinds[kind] {
			if f.Doc != "" {
				of[f.Key] = append(of[f.Key], kind)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		list = append(list, otherName{"", name + " belongs to task, of kind " + fault.Alternatives(of[name], ""), name})
	}
	return list
}
