#:project Support/NeuralCore.Course.csproj
#:project Capstone/NeuralCore.Capstone.csproj
#:property PublishAot=false
using NeuralCore;
using NeuralCore.Capstone;
using NeuralCore.Course;
using NeuralCore.Data;
using NeuralCore.Files;

// The capstone: an op, a layer and an optimiser of one's own (Capstone/Parts.cs), checked, trained, saved and used. The text is in 11-capstone.md.
// With the name of a file as an argument, the model is kept there.

Check.Section("The derivatives of the op and of the layer, against central differences");
GradientReport op = GradientCheck.Run(new SquaredReLU(), new Shape(4, 3), batch: 2, seed: 1);
GradientReport block = GradientCheck.Run(new Residual(4), new Shape(5, 5, 4), batch: 3, seed: 1);
Check.That(op.Passed, "the squared ReLU passes");
Check.That(block.Passed, "the residual block of it passes");

Check.Section("A network of them");
Value input = Value.Input(new Shape(28, 28, 1), Preprocessing.Scale);
Value a = new Conv2D(16, kernelSize: 3, strides: 2, useBias: false).Apply(input);
a = new Residual(16).Apply(a);
a = new MaxPooling2D(2).Apply(a);
a = new Residual(16).Apply(a);
Value output = new Dense(10, Activation.Softmax).Apply(new Flatten().Apply(a));
using var model = new Model(input, output);
model.Compile(new Adagrad(0.03), seed: 1);
(LabelledImages train, LabelledImages test) = Mnist.Load(Repository.Locate("data/mnist"));
History history = model.Fit(new DatasetSlice(train, 0, 12_800), epochs: 2, batchSize: 64);
Evaluation evaluation = model.Evaluate(test);
Console.WriteLine($"loss {history["loss"][0]:F3}, then {history["loss"][1]:F3}; {100 * evaluation.Accuracy:F1} % of the test images right");
Check.That(evaluation.Accuracy > 0.95, "it has learnt");

Check.Section("Saved, loaded and used");
OwnParts.Register();
string path = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), $"capstone-{Environment.ProcessId}.safetensors");
try
{
    model.Save(path);
    using Model loaded = ModelFile.Load(path);
    Check.That(loaded.WeightsSha256() == model.WeightsSha256(), "the file holds the same weights, to the bit");
    const int Image = 7;
    float[] pixels = new float[784];
    test.ReadItem(Image, pixels);
    float[] probabilities = loaded.Predict(pixels);
    int predicted = Array.IndexOf(probabilities, probabilities.Max());
    for (int row = 4; row < 24; row += 2)
    {
        Console.WriteLine(string.Concat(Enumerable.Range(4, 20).Select(column => " .:*#"[(int)(pixels[(row * 28) + column] / 256 * 5)])).TrimEnd());
    }

    Console.WriteLine($"test image {Image}: predicted {predicted}, actually {test.Label(Image)}");
    Check.That(predicted == test.Label(Image), "the loaded model reads the digit");
    Draw(pixels, probabilities);
}
finally
{
    if (args.Length == 0)
    {
        File.Delete(path);
    }
}

return Check.ExitCode;

static void Draw(float[] pixels, float[] probabilities)
{
    var figure = new Figure(480, 270, "A test image, and the probabilities that the network of the capstone gives to the ten digits");
    figure.Rectangle(20, 30, 196, 196, "none", 1, "ink");
    for (int i = 0; i < pixels.Length; i++)
    {
        if (pixels[i] > 0)
        {
            figure.Rectangle(20 + (i % 28 * 7), 30 + (i / 28 * 7), 7, 7, "ink", Math.Round(pixels[i] / 255, 2));
        }
    }

    for (int k = 0; k < 10; k++)
    {
        figure.Text(262, 47 + (k * 20), $"{k}", "end");
        figure.Rectangle(270, 34 + (k * 20), Math.Max(1, 150 * probabilities[k]), 15, "c2", 0.8);
    }

    figure.Line(420, 28, 420, 236, "grid", 1);
    figure.Text(420, 254, "100 %", "middle", "small");
    figure.Save("11-capstone");
}
