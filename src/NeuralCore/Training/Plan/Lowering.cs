using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>Turns layers into steps, once, when a plan is made.</summary>
internal sealed class Lowering<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<Step<T>> _steps = [];
    private readonly IEnumerator<Parameter> _parameters;
    private readonly bool _explain;
    private PlanValue _current;
    private uint _dropouts;

    /// <summary>Lowers a network.</summary>
    /// <param name="layers">The layers, the first an <see cref="Input"/>, the last with a softmax.</param>
    /// <param name="names">The layers' names in the model.</param>
    /// <param name="parameters">The layers' parameters, in order.</param>
    /// <param name="capacity">The most items of a batch.</param>
    /// <param name="training">Whether there is to be a backward pass.</param>
    /// <param name="fuse">Whether to replace known sequences by one op.</param>
    /// <param name="explain">
    /// Whether to look into the network instead of judging it: the plan ends with the output of the last layer given, before any
    /// softmax, drops nothing, and its backward pass goes from there to the input.
    /// </param>
    public Lowering(
        IReadOnlyList<Layer> layers, IReadOnlyList<string> names, IReadOnlyList<Parameter> parameters, int capacity, bool training, bool fuse, bool explain = false)
    {
        (Capacity, Training, _explain) = (capacity, training, explain);
        _parameters = parameters.GetEnumerator();

        // Nobody trains the input, so only an explanation needs its gradient.
        Input = _current = NewValue(names[0], layers[0].OutputShape(default), withGradient: explain);
        for (int i = 1; i < layers.Count; i++)
        {
            Lower(layers[i], names[i]);
        }

        Labels = new PlanBuffer("labels", (long)capacity * sizeof(int));
        Losses = NewBuffer("losses", 1);
        Hits = NewBuffer("hits", 1);
        if (!explain)
        {
            Append("softmax", _current.Shape, (x, y) => new SoftmaxCrossEntropyStep<T>(x, y, Labels, Losses, Hits), withGradient: false);
        }

        Output = _current;
        Steps = fuse ? Fusion.Apply(_steps) : _steps;
    }

    public int Capacity { get; }

    public bool Training { get; }

    public IReadOnlyList<Step<T>> Steps { get; }

    public PlanValue Input { get; }

    public PlanValue Output { get; }

    public PlanBuffer Labels { get; }

    public PlanBuffer Losses { get; }

    public PlanBuffer Hits { get; }

    private void Lower(Layer layer, string name)
    {
        Shape shape = layer.OutputShape(_current.Shape);
        switch (layer)
        {
            case Conv2D conv:
                Conv2DShape convShape = conv.OpShape(_current.Shape);
                Append(name, shape, (x, y) => new Conv2DStep<T>(convShape, Activation.Linear, x, y, NextParameter(), NextParameter()));
                Activate(conv.Activation, name);
                break;
            case Dense dense:
                var denseShape = new DenseShape(_current.Shape.Count, dense.Units);
                Append(name, shape, (x, y) => new DenseStep<T>(denseShape, Activation.Linear, x, y, NextParameter(), NextParameter()));
                Activate(dense.Activation, name);
                break;
            case MaxPooling2D pool:
                MaxPool2DShape poolShape = pool.OpShape(_current.Shape);
                PlanBuffer? winners = Training ? new PlanBuffer(name + " winners", (long)Capacity * poolShape.OutputCount) : null;
                Append(name, shape, (x, y) => new MaxPool2DStep<T>(poolShape, x, y, winners));
                break;
            case ReLU:
                Activate(Activation.Relu, name);
                break;
            case Flatten:
                _current = _current.Reshape(shape);
                break;
            case Dropout dropout:
                uint number = _dropouts++;
                if (Training && !_explain && dropout.Rate > 0)
                {
                    Append(name, shape, (x, y) => new DropoutStep<T>(dropout.Rate, number, x, y));
                }

                break;
            default:
                throw new ArgumentException($"The layer {name} of type {layer.GetType().Name} has no place in a plan yet.");
        }
    }

    /// <summary>Softmax adds nothing here: every network ends in one, together with its loss.</summary>
    private void Activate(Activation activation, string name)
    {
        if (activation == Activation.Relu)
        {
            Append(name + " relu", _current.Shape, (x, y) => new ReluStep<T>(x, y));
        }
    }

    private void Append(string name, Shape shape, Func<PlanValue, PlanValue, Step<T>> make, bool withGradient = true)
    {
        PlanValue output = NewValue(name, shape, withGradient);
        _steps.Add(make(_current, output));
        _current = output;
    }

    private PlanValue NewValue(string name, Shape shape, bool withGradient) =>
        new(name, shape, NewBuffer(name, shape.Count), Training && withGradient ? NewBuffer("d " + name, shape.Count) : null);

    private unsafe PlanBuffer NewBuffer(string name, int itemCount)
    {
        // Ops count elements in 32 bits, and round counts up to whole chunks.
        const int MostElements = int.MaxValue - 65536;
        return (long)Capacity * itemCount <= MostElements
            ? new PlanBuffer(name, (long)Capacity * itemCount * sizeof(T))
            : throw new ArgumentException($"A batch of {Capacity:N0} items is too large for {name}, which has {itemCount:N0} values an item.");
    }

    private Parameter NextParameter()
    {
        _parameters.MoveNext();
        return _parameters.Current;
    }
}
