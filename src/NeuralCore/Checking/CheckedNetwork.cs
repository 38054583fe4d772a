using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A network in double with the tensors whose gradients are checked.</summary>
internal sealed class CheckedNetwork : IDisposable
{
    private readonly GradientCheckOptions _options;
    private readonly IBackend<double> _backend = new ReferenceBackend<double>();
    private readonly NetworkDescription _description;
    private readonly Network<double> _network;
    private readonly LossValues? _loss;
    private readonly Plan<double> _plan;
    private readonly PlanRun _run;
    private readonly List<Tensor> _tensors = [];
    private readonly double[][] _factors;
    private readonly Random _random;
    private readonly Action _uploadTargets;

    public CheckedNetwork(NetworkDescription description, Loss? loss, int batch, ulong seed, GradientCheckOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (_description, _options) = (description, options);
        _random = new Random(seed.GetHashCode());
        _loss = loss?.Build(description.Outputs[0]);
        _network = new Network<double>(description, _backend, FusionRules.All, states: 0, seed);
        _plan = _network.MakePlan(new PlanRequest
        {
            Inputs = _loss is null ? description.Inputs : [.. description.Inputs, _loss.Targets],
            Outputs = Outputs,
            Capacity = batch,
            Training = options.Training,
            HasBackward = true,
            Seeds = _loss is null ? description.Outputs : [],
            WithGradient = description.Inputs,
            Fuse = options.Fuse,
        });
        _run = new PlanRun(batch, options.Training, HasTargets: _loss is not null, seed, Step: 3);

        // A loss is checked as training takes it: the mean over the batch.
        _factors = [.. Outputs.Select(output => _loss is null ? Reals(batch * output.Shape.Count) : Enumerable.Repeat(1.0 / batch, batch).ToArray())];
        _uploadTargets = _loss is null ? () => { } : DrawTargets(_loss.Targets);
        AddTensors(batch);
    }

    private IReadOnlyList<Value> Outputs => _loss is null ? _description.Outputs : [_loss.Losses];

    /// <summary>Compares all gradients.</summary>
    public GradientReport Check(string subject)
    {
        Forward();
        if (_loss is null)
        {
            UploadSeeds();
        }

        _plan.Backward(_run);
        foreach (Tensor tensor in _tensors)
        {
            tensor.Gradient = Download(tensor.GradientSlot, tensor.Values.Length);
        }

        return new GradientReport(subject, _run.Items, _run.Seed, [.. _tensors.Select(Check)]);
    }

    public void Dispose()
    {
        _plan.Dispose();
        _network.Dispose();
        _backend.Dispose();
    }

    /// <summary>Brings in what backward begins with. Two outputs may be one value under two names: their factors are summed.</summary>
    private void UploadSeeds()
    {
        foreach (IGrouping<Slot, double[]> together in Enumerable.Range(0, Outputs.Count).GroupBy(k => _plan.GradientOf(Outputs[k])!.Value, k => _factors[k]))
        {
            double[] sum = together.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]);
            _backend.Upload<double>(sum, together.Key);
        }
    }

    private void AddTensors(int batch)
    {
        foreach (Value input in _description.Inputs)
        {
            int[] extents = [batch, .. input.Shape.Extents];
            _tensors.Add(new Tensor(input.Name, new Shape(extents), Reals(batch * input.Shape.Count), () => _plan[input], _plan.GradientOf(input)!.Value));
        }

        foreach (Parameter parameter in _network.Parameters.All.Where(parameter => parameter.IsTrained))
        {
            double[] values = Download(parameter.Slots.Values, parameter.Count);
            double[] moved = [.. values.Zip(Reals(values.Length), (value, noise) => value + (0.1 * noise))];
            _tensors.Add(new Tensor(parameter.Name, parameter.Shape, moved, () => parameter.Slots.Values, parameter.Slots.Gradient!.Value));
        }
    }

    private TensorGradient Check(Tensor tensor)
    {
        int[] elements = [.. Enumerable.Range(0, tensor.Values.Length)];
        if (elements.Length > _options.MostElements)
        {
            _random.Shuffle(elements);
            elements = [.. elements.Take(_options.MostElements).Order()];
        }

        int kinks = 0;
        var compared = new List<GradientElement>();
        foreach (int i in elements)
        {
            if (Compare(tensor, i) is { } element)
            {
                compared.Add(element);
            }
            else
            {
                kinks++;
            }
        }

        return new TensorGradient(
            tensor.Name, tensor.Shape, compared.Count, kinks, compared.Count(element => !(element.Severity <= 1)), compared.MaxBy(element => element.Severity));
    }

    /// <summary>Compares one element; null where the function has a kink and the gradient is one of its slopes there.</summary>
    private GradientElement? Compare(Tensor tensor, int i)
    {
        double gradient = tensor.Gradient![i];
        GradientElement? wrong = null;
        bool isAtKink = true;

        // A kink within reach of the first step may be out of that of a shorter one. Rounding weighs the more there.
        double step = _options.Epsilon, rounding = 1;
        for (int attempt = 0; attempt < 3; attempt++, step /= 16, rounding *= 16)
        {
            (double left, double right) = Slopes(tensor, i, step);
            double slope = (left + right) / 2;
            double tolerance = (rounding * _options.AbsoluteTolerance) + (_options.RelativeTolerance * Math.Abs(slope));
            var element = new GradientElement(IndexOf(tensor.Shape, i), gradient, slope, tolerance);
            bool isKink = Math.Abs(right - left) > 10 * tolerance;
            if (element.Severity <= 1 && !isKink)
            {
                return element;
            }

            if (isAtKink)
            {
                (wrong, isAtKink) = (element, isKink);
            }

            if (attempt == 2 && isKink && gradient >= Math.Min(left, right) - tolerance && gradient <= Math.Max(left, right) + tolerance)
            {
                return null;
            }
        }

        return wrong;
    }

    /// <summary>What the function does to the left and to the right of an element.</summary>
    private (double Left, double Right) Slopes(Tensor tensor, int i, double step)
    {
        double original = tensor.Values[i];
        double[][] here = Forward();
        tensor.Values[i] = original - step;
        double[][] below = Forward();
        tensor.Values[i] = original + step;
        double[][] above = Forward();
        tensor.Values[i] = original;
        return (Slope(below, here), Slope(here, above));

        // Differences first, sum second: the outputs that do not depend on this variable then cancel exactly.
        double Slope(double[][] from, double[][] to)
        {
            double sum = 0;
            for (int k = 0; k < _factors.Length; k++)
            {
                for (int j = 0; j < _factors[k].Length; j++)
                {
                    sum += _factors[k][j] * (to[k][j] - from[k][j]) / step;
                }
            }

            return sum;
        }
    }

    /// <summary>Runs forward. Everything is brought in anew: once forward has read a batch, other buffers may lie in its place.</summary>
    private double[][] Forward()
    {
        foreach (Tensor tensor in _tensors)
        {
            _backend.Upload<double>(tensor.Values, tensor.Slot());
        }

        _uploadTargets();
        _plan.Forward(_run);
        return [.. Outputs.Select(output => Download(_plan[output], _run.Items * output.Shape.Count))];
    }

    /// <summary>Draws what the network should have given: a class an item, or numbers in (0, 1).</summary>
    private Action DrawTargets(Value targets)
    {
        if (targets.Kind == ElementKind.Label)
        {
            int[] labels = [.. Enumerable.Range(0, _run.Items).Select(_ => _random.Next(_description.Outputs[0].Shape.Count))];
            return () => _backend.Upload<int>(labels, _plan[targets]);
        }

        double[] values = [.. Enumerable.Range(0, _run.Items * targets.Shape.Count).Select(_ => _random.NextDouble())];
        return () => _backend.Upload<double>(values, _plan[targets]);
    }

    private double[] Reals(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * _random.NextDouble()) - 1)];

    private double[] Download(Slot slot, int count)
    {
        var values = new double[count];
        _backend.Download<double>(slot, values);
        return values;
    }

    private static int[] IndexOf(Shape shape, int element)
    {
        var index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (element, index[axis]) = Math.DivRem(element, shape[axis]);
        }

        return index;
    }

    /// <summary>An input or a parameter.</summary>
    private sealed record Tensor(string Name, Shape Shape, double[] Values, Func<Slot> Slot, Slot GradientSlot)
    {
        public double[]? Gradient { get; set; }
    }
}
