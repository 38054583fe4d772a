#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
using NeuralCore.Course;

// Chapter 1: a neuron, its derivative, and gradient descent on two numbers. The text is in 01-neuron.md.

// How much of an image is ink, in tenths, for eight handwritten zeros and eight ones: the first of each in MNIST.
double[] ink = [1.56, 1.77, 1.83, 1.86, 2.28, 2.10, 2.31, 1.24, 0.86, 0.88, 0.54, 0.58, 0.83, 1.10, 0.69, 0.84];
double[] isZero = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

Check.Section("The neuron before it has learnt anything");
double w = 0, b = 0;
Console.WriteLine($"w = {w:F2}, b = {b:F2}: every image is a zero with probability {Neuron(1.5, w, b):F2}; loss {Loss(w, b):F4}");

Check.Section("Its derivatives at w = 0.5, b = -1: by the chain rule and by central differences");
(double dw, double db) = Gradient(0.5, -1);
double[] parameters = [0.5, -1];
double centralW = Central(parameters, 0), centralB = Central(parameters, 1);
Console.WriteLine($"by w: {dw:F9} and {centralW:F9}");
Console.WriteLine($"by b: {db:F9} and {centralB:F9}");
Check.That(Math.Abs(dw - centralW) < 1e-9 && Math.Abs(db - centralB) < 1e-9, "the chain rule by hand agrees with central differences to nine digits");

Check.Section("How small the step h of a central difference should be");
double[] steps = [1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11];
double[] errors = [.. steps.Select(step => Math.Abs(dw - Central(parameters, 0, step)))];
for (int i = 0; i < steps.Length; i++)
{
    Console.WriteLine($"step {steps[i]:0e0}: error ~{errors[i]:0.0e0}");
}

Check.That(errors[2] < errors[0] && errors[2] < errors[5], "neither the largest nor the smallest step is the best");

Check.Section("Gradient descent");
const double Rate = 10;
List<(double W, double B)> path = [(w, b)];
for (int step = 0; step <= 1000; step++)
{
    if (step is 0 or 1 or 10 or 100 or 1000)
    {
        Console.WriteLine($"step {step,4}: w = {w,6:F3}, b = {b,7:F3}, loss {Loss(w, b):F4}");
    }

    (dw, db) = Gradient(w, b);
    w -= Rate * dw;
    b -= Rate * db;
    path.Add((w, b));
}

int right = Enumerable.Range(0, ink.Length).Count(i => (Neuron(ink[i], w, b) > 0.5) == (isZero[i] == 1));
Console.WriteLine($"undecided at {-b / w:F2} tenths of ink; {right} of {ink.Length} images right");
Check.That(Loss(w, b) < 0.1 * Loss(0, 0), "the loss is less than a tenth of what it was");
Check.That(right == 16, "the neuron tells zeros from ones by their ink");

DrawPath();
return Check.ExitCode;

static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

static double Neuron(double x, double w, double b) => Sigmoid((w * x) + b);

double Loss(double w, double b)
{
    double sum = 0;
    for (int i = 0; i < ink.Length; i++)
    {
        double error = Neuron(ink[i], w, b) - isZero[i];
        sum += error * error;
    }

    return sum / ink.Length;
}

(double DW, double DB) Gradient(double w, double b)
{
    double dw = 0, db = 0;
    for (int i = 0; i < ink.Length; i++)
    {
        double p = Neuron(ink[i], w, b);
        double dp = 2 * (p - isZero[i]) / ink.Length; // dloss/dp
        double dz = dp * p * (1 - p);                 // dloss/dz: the sigmoid's slope is p (1 - p)
        dw += dz * ink[i];                            // z = w x + b grows by x when w grows by 1
        db += dz;                                     // and by 1 when b does
    }

    return (dw, db);
}

double Central(double[] at, int index, double step = 1e-5)
{
    double[] above = [.. at], below = [.. at];
    above[index] += step;
    below[index] -= step;
    return (Loss(above[0], above[1]) - Loss(below[0], below[1])) / (2 * step);
}

void DrawPath()
{
    var figure = new Figure(480, 370, "The loss for each w and b, and the path of gradient descent");
    var chart = new Chart(figure, (60, 40, 460, 320), new Axis("w", -4, 16, [0, 4, 8, 12, 16]), new Axis("b", -20, 4, [-20, -16, -12, -8, -4, 0, 4]));
    const int Cells = 40; // of 10 x 7 pixels: whole numbers leave no seams between them
    double cellW = 20.0 / Cells, cellB = 24.0 / Cells;
    for (int i = 0; i < Cells; i++)
    {
        for (int j = 0; j < Cells; j++)
        {
            double left = -4 + (i * cellW), low = -20 + (j * cellB);
            double x = chart.X(left), y = chart.Y(low + cellB);
            double loss = Loss(left + (cellW / 2), low + (cellB / 2));
            figure.Rectangle(x, y, chart.X(left + cellW) - x, chart.Y(low) - y, "c1", Math.Round(Math.Min(1, 1.6 * loss), 2));
        }
    }

    chart.Curve(path, "c2");
    figure.Circle(chart.X(0), chart.Y(0), 4, "ink");
    figure.Text(chart.X(0) - 8, chart.Y(0) - 8, "start", "end");
    figure.Circle(chart.X(w), chart.Y(b), 4, "c2");
    figure.Text(chart.X(w) - 8, chart.Y(b) + 10, "after 1000 steps", "end");
    figure.Text(460, 28, "darker: larger loss", "end", "soft small");
    figure.Save("01-neuron");
}
