#:project Support/NeuralCore.Course.csproj
#:project ../NeuralCore/NeuralCore.csproj
#:property PublishAot=false
using NeuralCore;
using NeuralCore.Course;
using NeuralCore.Data;

// Chapter 5: softmax, cross-entropy, Adam, dropout, and why each is computed the way it is. The text is in 05-learning.md.

Check.Section("Softmax by its formula, and with the largest number subtracted first");
float[] large = [1000, 999, 0];
float[] broken = SoftmaxByFormula(large), cured = Softmax(large);
Console.WriteLine($"by the formula: {string.Join(", ", broken)}");
Console.WriteLine($"largest subtracted: {string.Join(", ", cured.Select(p => $"{p:F4}"))}");
Check.That(float.IsNaN(broken[0]) && Math.Abs(cured.Sum() - 1) < 1e-6, "exp(1000) is infinite and infinity / infinity is NaN; exp(0) and less cannot overflow");

Check.Section("The loss as a logarithm of a probability, and from the logits");
float[] sure = [200, 0];
float wrong = -MathF.Log(Softmax(sure)[1]), right = CrossEntropy(sure, 1);
Console.WriteLine($"logarithm of the probability: {wrong}; from the logits: {right}");
Check.That(float.IsInfinity(wrong) && right == 200, "the logarithm of a probability that rounds to zero is infinite; from the logits the loss is finite");

Check.Section("The gradient of softmax and cross-entropy together");
double[] logits = [0.5, -1, 2];
double[] gradient = [.. logits.Select((_, k) => Probability(logits, k) - (k == 0 ? 1 : 0))];
double worst = Difference.LargestError(() => -Math.Log(Probability(logits, 0)), logits, gradient);
Console.WriteLine($"p - target: {string.Join(", ", gradient.Select(g => $"{g:F4}"))}; largest difference from central differences ~{worst:0e0}");
Check.That(worst < 1e-8, "the gradient by the logits is p - target");

Check.Section("Adam's first step");
double plain = AdamStep(1e-3, corrected: true), scaled = AdamStep(1e+3, corrected: true), uncorrected = AdamStep(1e-3, corrected: false);
Console.WriteLine($"gradient 0.001: step {plain:F6}; gradient 1000: step {scaled:F6}; without bias correction: {uncorrected:F6}");
Check.That(Math.Abs(plain - 0.001) < 1e-6 && Math.Abs(scaled - 0.001) < 1e-6, "the first step is the learning rate, whatever the gradient's size");
Console.WriteLine($"a weight without a gradient: step {AdamStep(0, corrected: true)}; without epsilon: {AdamStep(0, corrected: true, epsilon: 0)}");
Check.That(double.IsNaN(AdamStep(0, corrected: true, epsilon: 0)), "epsilon is there for the weights that have no gradient: 0 / 0 is NaN");

Check.Section("Dropout");
var random = new Random(5);
double kept = Enumerable.Range(0, 100_000).Average(_ => random.NextDouble() < 0.75 ? 2.0 / 0.75 : 0);
Console.WriteLine($"the number 2 through dropout at rate 0.25, mean of 100000: {kept:F2}");
Check.That(Math.Abs(kept - 2) < 0.02, "what is kept is multiplied by 1 / (1 - rate), so the mean stays and prediction needs no change");

Check.Section("A training that ends in NaN, and one that does not");
(LabelledImages train, LabelledImages test) = Mnist.Load(Repository.Locate("data/mnist"));
var slice = new DatasetSlice(train, 0, 19_200);
using (Sequential reckless = Zoo.Seed())
{
    reckless.Compile(new SGD(learningRate: 10), seed: 1);
    try
    {
        reckless.Fit(slice, epochs: 1, batchSize: 128);
        Check.That(false, "a learning rate of 10 diverges");
    }
    catch (DivergedException exception)
    {
        Console.WriteLine(exception.Message);
        Check.That(true, "the engine stops a training whose loss is not finite");
    }
}

using Sequential model = Zoo.Seed();
model.Compile(new Adam(), seed: 1);
History history = model.Fit(slice, epochs: 1, batchSize: 128);
double accuracy = 100 * model.Evaluate(new DatasetSlice(test, 0, 2000)).Accuracy;
Console.WriteLine($"seed network, Adam at 0.001, {slice.Count} images once: loss {history["loss"][0]:F3}, {accuracy:F1} % of 2000 test images right");
Check.That(accuracy > 94, "the seed network learns");

Check.Section("The same small network and images with three optimisers: mean loss of the last 20 of 150 steps");
string[] names = ["SGD", "SGD with momentum", "Adam"];
Func<Optimizer>[] optimizers = [() => new SGD(0.05), () => new SGD(0.05, momentum: 0.9), () => new Adam(0.002)];
double[][] curves = [.. optimizers.Select(create => Losses(create()))];
for (int i = 0; i < names.Length; i++)
{
    Console.WriteLine($"{names[i]}: {curves[i][^20..].Average():F3}");
}

Check.That(curves[2][^20..].Average() < curves[0][^20..].Average(), "Adam is ahead of plain SGD");
DrawCurves();
return Check.ExitCode;

static float[] SoftmaxByFormula(float[] z)
{
    float sum = z.Sum(MathF.Exp);
    return [.. z.Select(value => MathF.Exp(value) / sum)];
}

static float[] Softmax(float[] z)
{
    float largest = z.Max();
    float sum = z.Sum(value => MathF.Exp(value - largest));
    return [.. z.Select(value => MathF.Exp(value - largest) / sum)];
}

static float CrossEntropy(float[] z, int target)
{
    float largest = z.Max();
    return MathF.Log(z.Sum(value => MathF.Exp(value - largest))) - (z[target] - largest);
}

static double Probability(double[] z, int k) => Math.Exp(z[k] - z.Max()) / z.Sum(value => Math.Exp(value - z.Max()));

// What Adam subtracts from a weight in its first step, when both means begin at zero.
static double AdamStep(double g, bool corrected, double rate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
{
    double m = (1 - beta1) * g;     // the mean of gradients
    double v = (1 - beta2) * g * g; // the mean of their squares
    if (corrected)
    {
        m /= 1 - beta1;             // after step t: 1 - beta1^t; a mean that began at zero is too small
        v /= 1 - beta2;
    }

    return rate * m / (Math.Sqrt(v) + epsilon);
}

// The loss of each of 150 steps of 64 images, for a network of one hidden layer.
double[] Losses(Optimizer optimizer)
{
    using var tape = new Tape(seed: 1);
    Tensor w1 = tape.Variable([784, 64], Initializer.GlorotUniform), b1 = tape.Variable([64], Initializer.Zeros);
    Tensor w2 = tape.Variable([64, 10], Initializer.GlorotUniform), b2 = tape.Variable([10], Initializer.Zeros);
    double[] losses = new double[150];
    float[] pixels = new float[64 * 784];
    int[] labels = new int[64];
    for (int step = 0; step < losses.Length; step++)
    {
        for (int i = 0; i < 64; i++)
        {
            int item = (step * 64) + i;
            labels[i] = train.Label(item);
            for (int k = 0; k < 784; k++)
            {
                pixels[(i * 784) + k] = train.Pixels(item)[k] / 255f;
            }
        }

        Tensor images = tape.Constant(Tensor.From(pixels, [64, 784]));
        Tensor loss = images.Dense(w1, b1).ReLU().Dense(w2, b2).SoftmaxCrossentropy(labels);
        losses[step] = loss.Scalar;
        tape.Update(optimizer, tape.Gradients(loss));
        tape.Clear();
    }

    return losses;
}

void DrawCurves()
{
    var figure = new Figure(480, 340, "The loss of a small network over 150 steps with three optimisers");
    var chart = new Chart(figure, (60, 40, 460, 280), new Axis("step", 0, 150, [0, 50, 100, 150]), new Axis("loss (mean of 10 steps)", 0, 2.5, [0, 0.5, 1, 1.5, 2, 2.5]));
    string[] colours = ["c1", "c3", "c2"];
    for (int i = 0; i < names.Length; i++)
    {
        double[] curve = curves[i];
        chart.Curve([.. Enumerable.Range(0, 15).Select(k => ((10.0 * k) + 5, curve.AsSpan(10 * k, 10).ToArray().Average()))], colours[i]);
        figure.Line(265, 62 + (i * 22), 290, 62 + (i * 22), colours[i], 3);
        figure.Text(297, 67 + (i * 22), names[i]);
    }

    figure.Save("05-learning");
}
