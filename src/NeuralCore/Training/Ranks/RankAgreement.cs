using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Makes sure before the first step that all ranks train the same network on the same data in the same way: what differs would show as weights that drift apart,
/// or as ranks that wait for each other for ever.
/// </summary>
internal sealed class RankAgreement
{
    private readonly List<(string What, byte[] Hash)> _compared = [];

    /// <summary>Adds something that has to be the same.</summary>
    /// <param name="what">What it is, as the end of a sentence.</param>
    /// <param name="text">The same text where it is the same.</param>
    public RankAgreement Add(string what, string text) => Add(what, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Adds the program, and how this machine rounds.</summary>
    public RankAgreement AddProgram() => Add("its version of the program", $"{typeof(RankAgreement).Module.ModuleVersionId}")
        .Add("its processor, which rounds products and sums otherwise", $"{Fma.IsSupported || AdvSimd.IsSupported}");

    /// <summary>Adds a network with its weights, its loss and metrics, and its optimiser with the state.</summary>
    public RankAgreement AddLearner(Learner learner)
    {
        Add("its network", string.Join('\n', learner.Network.Description.Nodes.Select(node => node.Description).Concat(learner.Network.Parameters.All.Select(p => $"{p.Name} {p.Shape} {p.IsTrained}"))));
        Add("its loss", $"{learner.Loss.Name} {(learner.Loss as CategoricalLoss)?.LabelSmoothing} {string.Join(' ', learner.Judgement.Metrics.Select(metric => metric.Name))}");
        Add("its optimiser", OptimizerText(learner));
        using var weights = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in learner.Network.Parameters.All)
        {
            AppendValues(weights, learner, parameter.Slots.Values, parameter.Count);
            for (int k = 0; parameter.IsTrained && k < learner.Optimizer.StateNames.Count; k++)
            {
                AppendValues(weights, learner, parameter.Slots.State[k]!.Value, parameter.Count);
            }
        }

        return Add("its weights or what the optimiser keeps of them, as those of another checkpoint", weights.GetHashAndReset());
    }

    /// <summary>Adds all items of a dataset with their targets and weights.</summary>
    public RankAgreement AddData(string what, IDataset? data, ItemWeights? weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] item = new float[data?.ItemShape.Count ?? 0], target = new float[data?.TargetShape?.Count ?? 0];
        Span<int> label = stackalloc int[1];
        Span<float> weight = stackalloc float[1];
        for (int i = 0; i < (data?.Count ?? 0); i++)
        {
            data!.ReadItem(i, item);
            hash.AppendData(MemoryMarshal.AsBytes(item.AsSpan()));
            if (data.TargetShape is null)
            {
                label[0] = data.Label(i);
                hash.AppendData(MemoryMarshal.AsBytes(label));
            }
            else
            {
                data.ReadTarget(i, target);
                hash.AppendData(MemoryMarshal.AsBytes(target.AsSpan()));
            }

            if (weights is not null)
            {
                weight[0] = weights[i];
                hash.AppendData(MemoryMarshal.AsBytes(weight));
            }
        }

        return Add($"{what} or the weights of its items", hash.GetHashAndReset());
    }

    /// <summary>Compares with all ranks.</summary>
    /// <exception cref="RankException">One differs from rank 0: on all ranks.</exception>
    public void Require(Communicator ranks)
    {
        const int Bytes = SHA256.HashSizeInBytes;
        int length = _compared.Count * Bytes;
        byte[] all = new byte[length * ranks.Size];
        for (int i = 0; i < _compared.Count; i++)
        {
            _compared[i].Hash.CopyTo(all, (ranks.Rank * length) + (i * Bytes));
        }

        ranks.AllGatherAtStart<byte>(all, [.. Enumerable.Range(0, ranks.Size + 1).Select(rank => rank * length)]);
        for (int rank = 1; rank < ranks.Size; rank++)
        {
            for (int i = 0; i < _compared.Count; i++)
            {
                if (!all.AsSpan((rank * length) + (i * Bytes), Bytes).SequenceEqual(all.AsSpan(i * Bytes, Bytes)))
                {
                    throw new RankException($"Rank {rank} differs from rank 0 in {_compared[i].What}; start all ranks with the same program, options and data.");
                }
            }
        }
    }

    private RankAgreement Add(string what, byte[] hash)
    {
        _compared.Add((what, hash));
        return this;
    }

    /// <summary>The results of the update rules on a few numbers, which differ if any setting does, also for a user's own optimiser.</summary>
    private static string OptimizerText(Learner learner)
    {
        UpdateRules rules = learner.Optimizer.RulesAt(learner.Steps + 1);
        var text = new StringBuilder($"{learner.Optimizer.Name} {learner.Optimizer.GlobalClipNorm}");
        foreach (UpdateRule rule in (UpdateRule[])[rules.Decayed, rules.Undecayed])
        {
            float[] values = [0.5f, -1f, 0f, 2f], gradients = [1e-3f, -0.5f, 3f, 0f];
            float[][] state = [.. Enumerable.Range(0, UpdateRule.MostStates).Select(k => k < rule.StateCount ? new[] { 0.25f, 0.01f, 0f, 1f } : [])];
            rule.Reference<float>(values, gradients, new StateSpans<float>(state[0], state[1], state[2]));
            text.Append($" {Convert.ToHexString(MemoryMarshal.AsBytes(values.AsSpan()))}");
        }

        return text.ToString();
    }

    private static void AppendValues(IncrementalHash hash, Learner learner, Slot slot, int count) =>
        hash.AppendData(MemoryMarshal.AsBytes(learner.Backend.HostValues(slot)[..count]));
}
