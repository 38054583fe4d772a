using System.Text;

namespace NeuralCore;

/// <summary>
/// A piece of a network, as its author describes it: sizes and weights, no arithmetic and no memory. Applied to values it writes down the ops that
/// it consists of. One layer may be applied several times: its weights are the same ones everywhere.
/// </summary>
/// <remarks>
/// A layer of one's own overrides <see cref="Build(Value)"/> and applies other layers; one with mathematics of its own is a <see cref="CustomOp"/>.
/// </remarks>
public abstract class Layer
{
    private readonly List<Weight> _weights = [];
    private string? _name;

    /// <summary>The kind's name as Keras writes it: conv2d, max_pooling2d, dense. By default the class's name in that spelling.</summary>
    public virtual string Kind => SnakeCase(GetType().Name);

    /// <summary>The layer's name in its models; null for its kind and, from the second on, a number.</summary>
    public string? Name
    {
        get => _name;
        init => _name = value;
    }

    /// <summary>
    /// Whether training changes the layer's parameters. It counts when a model is compiled. Below the last layer that is trained no gradient is
    /// computed. Layers within a composed layer that is not trainable are not trained either.
    /// </summary>
    public bool Trainable { get; set; } = true;

    /// <summary>The layer's weights, in the order in which files hold them; none before it was applied.</summary>
    public IReadOnlyList<Weight> Weights => _weights;

    /// <summary>Applies the layer.</summary>
    /// <param name="inputs">One value, or as many as the layer merges.</param>
    /// <returns>What the layer makes of them.</returns>
    /// <exception cref="ArgumentException">The layer can not take such inputs, or was applied to other shapes before and its weights are of those.</exception>
    public Value Apply(params ReadOnlySpan<Value> inputs)
    {
        foreach (Value input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        }

        return LayerCall.Build(this, inputs.ToArray());
    }

    /// <summary>The shape of one output item.</summary>
    /// <param name="input">The shape of one input item.</param>
    /// <exception cref="ArgumentException">The layer can not take such an input.</exception>
    public virtual Shape OutputShape(Shape input) => throw new NotSupportedException($"Apply the layer {Kind} to a value to learn its output's shape.");

    /// <summary>Writes down what the layer does with one value. Call <see cref="Apply"/> instead.</summary>
    /// <param name="input">What it is applied to.</param>
    /// <exception cref="ArgumentException">The layer can not take such an input.</exception>
    public virtual Value Build(Value input) => throw new ArgumentException($"The layer {Kind} takes several inputs, and was applied to one.");

    /// <summary>Writes down what the layer does with several values. Call <see cref="Apply"/> instead.</summary>
    /// <param name="inputs">What it is applied to.</param>
    /// <exception cref="ArgumentException">The layer can not take such inputs, or not as many.</exception>
    public virtual Value Build(IReadOnlyList<Value> inputs) => inputs.Count == 1
        ? Build(inputs[0])
        : throw new ArgumentException($"The layer {Kind} takes one input, and was applied to {inputs.Count}.");

    /// <summary>Gives the layer a name before it is applied: codecs of files make layers of their settings, and names are none of those.</summary>
    internal void SetName(string name) => _name = name;

    /// <summary>A weight of the layer: the first application makes it, and the others share it.</summary>
    /// <param name="name">Its name within the layer.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">How its first values are made.</param>
    /// <param name="role">What changes it.</param>
    /// <exception cref="ArgumentException">The layer has it in another shape from where it was applied first.</exception>
    protected internal Weight AddWeight(string name, Shape shape, Initializer initializer, WeightRole role)
    {
        // Layers that several tests or threads share are built by each of them.
        lock (_weights)
        {
            if (_weights.Find(weight => weight.Name == name) is { } made)
            {
                return made.Shape == shape
                    ? made
                    : throw new ArgumentException($"Its {name} is {made.Shape} from where it was applied first, and would have to be {shape} here: use a second layer.");
            }

            var weight = new Weight(this, name, shape, initializer, role);
            _weights.Add(weight);
            return weight;
        }
    }

    /// <summary>MaxPooling2D as max_pooling2d, ReLU as re_lu: what Keras makes of a class's name.</summary>
    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool begins = char.IsUpper(name[i]) && i > 0 && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && !char.IsDigit(name[i - 1])));
            text.Append(begins ? "_" : string.Empty).Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
