using System.Globalization;
using System.Text;

namespace NeuralCore;

/// <summary>A model's graph in the language of Graphviz.</summary>
public static class ModelDot
{
    /// <summary>The graph: a box an input and an application of a layer, with its shape, and an arrow from each to who reads it. <c>dot -Tsvg</c> draws it.</summary>
    /// <param name="model">The model; it need not be compiled.</param>
    public static string ToDot(this Model model)
    {
        var text = new StringBuilder("digraph model {\n  rankdir=TB;\n  node [shape=box, fontname=\"sans-serif\"];\n");
        var numbers = new Dictionary<Value, int>();
        foreach (Value input in model.Inputs)
        {
            Add(input, input.Name, "Input");
        }

        foreach (LayerCall call in model.Calls)
        {
            Add(call.Output, model.NameOf(call.Layer), call.Layer.GetType().Name);
            foreach (Value from in call.Inputs)
            {
                text.Append(CultureInfo.InvariantCulture, $"  n{numbers[from]} -> n{numbers[call.Output]};\n");
            }
        }

        return text.Append("}\n").ToString();

        void Add(Value value, string name, string kind)
        {
            numbers[value] = numbers.Count;
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers[value]} [label=\"{Escaped(name)}\\n{kind}\\n{value.Shape}\"];\n");
        }
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
