"""Makes gru.npz: a GRU of PyTorch, its weights under the names used here, inputs and hidden states.

    python gru.py      (torch 2.15.0, numpy 2.4.6)
"""
import numpy as np
import torch

torch.manual_seed(3)
B, T, i, n, o = 4, 7, 3, 5, 2
gru = torch.nn.GRU(i, n, batch_first=True).double()
for p in gru.parameters():
    torch.nn.init.normal_(p, 0, 0.7)
out = torch.nn.Linear(n, o).double()
x, start = torch.randn(B, T, i).double(), torch.randn(1, n).double()
states, _ = gru(x, start.expand(B, n)[None].contiguous())
ih, hh = gru.weight_ih_l0, gru.weight_hh_l0
bi, bh = gru.bias_ih_l0, gru.bias_hh_l0
gate = lambda k: torch.cat([hh[k * n:(k + 1) * n].T, ih[k * n:(k + 1) * n].T])
part = lambda b, k: b[k * n:(k + 1) * n]
arrays = {
    "x": x, "states": states, "outputs": out(states), "init_state": start,
    "W_r": gate(0), "W_z": gate(1), "b_r": part(bi, 0) + part(bh, 0), "b_z": part(bi, 1) + part(bh, 1),
    "W_in": part(ih, 2), "b_n": part(bi, 2), "W_rec": part(hh, 2), "b_rec": part(bh, 2),
    "W_out": out.weight, "b_out": out.bias,
}
np.savez("gru.npz", **{k: v.detach().numpy() for k, v in arrays.items()})
