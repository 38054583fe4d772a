#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// Chapter 2: numbers that remember how they were computed, and so know their derivatives. The text is in 02-autograd.md.

Check.Section("A number with several readers: y = x x + 3 x at x = 2, whose slope is 2 x + 3 = 7");
Scalar x = 2;
Scalar y = (x * x) + (3 * x);
y.Backward();
double added = x.Gradient;
y.Backward(add: false);
Console.WriteLine($"gradients added: {added}; the last reader alone: {x.Gradient}");
Check.That(added == 7, "the gradients of all readers have to be added");
Check.That(x.Gradient != 7, "assigned instead of added, all but one are lost");

Check.Section("The neuron of chapter 1, differentiated for free");
Scalar w = 0.5, b = -1, ink = 1.56;
Scalar z = (w * ink) + b;
Scalar p = z.Sigmoid();
Scalar error = p - 1;
Scalar loss = error * error;
loss.Backward();
double dz = 2 * (p.Value - 1) * p.Value * (1 - p.Value);
Console.WriteLine($"by w: {w.Gradient:F9}, by hand {dz * ink.Value:F9}");
Console.WriteLine($"by b: {b.Gradient:F9}, by hand {dz:F9}");
Check.That(Math.Abs(w.Gradient - (dz * ink.Value)) < 1e-15 && Math.Abs(b.Gradient - dz) < 1e-15, "the graph gives what the chain rule by hand gives");
DrawGraph();

Check.Section("A network of two layers: exclusive or, which no single neuron can learn");
var random = new Random(5);
Scalar[] parameters = [.. Enumerable.Range(0, 17).Select(_ => new Scalar((2 * random.NextDouble()) - 1))];
(double A, double B, double Target)[] items = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)];

double[] values = [.. parameters.Select(parameter => parameter.Value)];
TotalLoss().Backward();
double[] gradient = [.. parameters.Select(parameter => parameter.Gradient)];
double largest = Difference.LargestError(LossOfValues, values, gradient);
Console.WriteLine($"17 parameters; largest difference from central differences: ~{largest:0.0e0}");
Check.That(largest < 1e-8, "every derivative agrees with its central difference, though none was written by hand");

for (int step = 0; step <= 2000; step++)
{
    Scalar total = TotalLoss();
    total.Backward();
    if (step is 0 or 20 or 200 or 2000)
    {
        Console.WriteLine($"step {step,4}: loss {total.Value:F4}");
    }

    foreach (Scalar parameter in parameters)
    {
        parameter.Value -= 2 * parameter.Gradient;
    }
}

foreach ((double first, double second, double target) in items)
{
    Console.WriteLine($"{first} xor {second} = {target}: the network says {Network(first, second).Value:F2}");
}

Check.That(items.All(item => Math.Abs(Network(item.A, item.B).Value - item.Target) < 0.1), "the network has learnt exclusive or");
return Check.ExitCode;

// Four hidden neurons of two inputs, and one neuron that reads them: 4 x 3 + 5 = 17 parameters.
Scalar Network(Scalar first, Scalar second)
{
    Scalar sum = parameters[16];
    for (int unit = 0; unit < 4; unit++)
    {
        Scalar hidden = ((parameters[3 * unit] * first) + (parameters[(3 * unit) + 1] * second) + parameters[(3 * unit) + 2]).Tanh();
        sum += parameters[12 + unit] * hidden;
    }

    return sum.Sigmoid();
}

Scalar TotalLoss()
{
    Scalar sum = 0;
    foreach ((double first, double second, double target) in items)
    {
        Scalar difference = Network(first, second) - target;
        sum += difference * difference;
    }

    return sum * 0.25;
}

double LossOfValues()
{
    for (int i = 0; i < values.Length; i++)
    {
        parameters[i].Value = values[i];
    }

    return TotalLoss().Value;
}

void DrawGraph()
{
    var figure = new Figure(480, 312, "The graph of one neuron and its loss, with values and gradients");
    (Scalar Node, string Name, double X, double Y)[] nodes =
    [
        (w, "w", 8, 30), (ink, "ink", 8, 115), (b, "b", 8, 200), (z, "w ink + b", 138, 115), (p, "sigmoid", 258, 115), (error, "p - 1", 378, 115), (loss, "error error", 378, 215),
    ];
    figure.Text(8, 20, "in each box: the value above, the loss's derivative by it below", "start", "soft small");
    foreach ((Scalar node, string name, double left, double top) in nodes)
    {
        figure.Rectangle(left, top, 94, 64, "none", 1, "ink");
        figure.Text(left + 47, top + 18, name, "middle");
        figure.Text(left + 47, top + 37, $"{node.Value:F3}", "middle", "small");
        figure.Text(left + 47, top + 54, $"{node.Gradient:F3}", "middle", "soft small");
    }

    figure.Arrow(102, 62, 138, 130);
    figure.Arrow(102, 147, 138, 147);
    figure.Arrow(102, 232, 138, 164);
    figure.Arrow(232, 147, 258, 147);
    figure.Arrow(352, 147, 378, 147);
    figure.Arrow(410, 179, 410, 215);
    figure.Arrow(440, 179, 440, 215);
    figure.Text(8, 303, "forward along the arrows, backward against them; the last reads p - 1 twice", "start", "soft small");
    figure.Save("02-autograd");
}

/// <summary>A number that remembers what it was computed from, and how fast it grows with each of those.</summary>
internal sealed class Scalar(double value, params (Scalar Input, double Slope)[] inputs)
{
    public double Value { get; set; } = value;

    public double Gradient { get; private set; }

    public static implicit operator Scalar(double value) => new(value);

    public static Scalar operator +(Scalar a, Scalar b) => new(a.Value + b.Value, (a, 1), (b, 1));

    public static Scalar operator -(Scalar a, Scalar b) => new(a.Value - b.Value, (a, 1), (b, -1));

    public static Scalar operator *(Scalar a, Scalar b) => new(a.Value * b.Value, (a, b.Value), (b, a.Value));

    public Scalar Sigmoid()
    {
        double p = 1 / (1 + Math.Exp(-Value));
        return new Scalar(p, (this, p * (1 - p)));
    }

    public Scalar Tanh()
    {
        double t = Math.Tanh(Value);
        return new Scalar(t, (this, 1 - (t * t)));
    }

    /// <summary>
    /// Sets the gradient of each number that this one was computed from: the derivative of this one by it. With <paramref name="add"/> false,
    /// a reader's part replaces those of the readers before it, which is wrong, and is what the chapter shows.
    /// </summary>
    public void Backward(bool add = true)
    {
        List<Scalar> order = [];
        Visit(this, [], order);
        order.ForEach(node => node.Gradient = 0);
        Gradient = 1;
        for (int i = order.Count - 1; i >= 0; i--)
        {
            foreach ((Scalar input, double slope) in order[i].Inputs)
            {
                double part = order[i].Gradient * slope;
                input.Gradient = add ? input.Gradient + part : part;
            }
        }
    }

    private (Scalar Input, double Slope)[] Inputs { get; } = inputs;

    // What a number was computed from comes before it: so backwards, a number is complete before its inputs are given their parts.
    private static void Visit(Scalar node, HashSet<Scalar> seen, List<Scalar> order)
    {
        if (seen.Add(node))
        {
            foreach ((Scalar input, _) in node.Inputs)
            {
                Visit(input, seen, order);
            }

            order.Add(node);
        }
    }
}
