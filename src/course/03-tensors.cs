#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using NeuralCore.Course;

// Chapter 3: tensors, the dense layer as a matrix product, backward by transposes. The text is in 03-tensors.md.

Check.Section("A matrix is numbers in a row, a shape and strides");
var small = new Matrix([1, 2, 3, 4, 5, 6], 2, 3);
Console.WriteLine($"2 x 3, strides {small.RowStride} and {small.ColumnStride}: row 1, column 2 is {small[1, 2]}");
Matrix turned = small.Transposed();
Console.WriteLine($"3 x 2, strides {turned.RowStride} and {turned.ColumnStride}: row 2, column 1 is {turned[2, 1]}");
Check.That(ReferenceEquals(small.Data, turned.Data) && turned[2, 1] == small[1, 2], "transposing moves no number");

Check.Section("The gradients of y = x w, by transposes and by central differences");
var random = new Random(3);
Matrix x = Matrix.Random(4, 5, 1, random), weights = Matrix.Random(5, 3, 1, random), dy = Matrix.Random(4, 3, 1, random);
Matrix dx = Matrix.Product(dy, weights.Transposed()), dWeights = Matrix.Product(x.Transposed(), dy);
double worst = Math.Max(WorstError(x, dx), WorstError(weights, dWeights));
Check.That(worst < 1e-3, "dx = dy w' and dw = x' dy (a dash transposes) agree with central differences, as far as 32-bit numbers tell");

Check.Section("MNIST with one hidden layer");
(float[] trainImages, byte[] trainLabels) = Read("train");
(float[] testImages, byte[] testLabels) = Read("t10k");
Console.WriteLine($"{trainLabels.Length} images to train with, {testLabels.Length} to test with, 784 pixels each");

const int Hidden = 128, Batch = 32, Epochs = 3;
Matrix w1 = Matrix.Random(784, Hidden, MathF.Sqrt(6f / 784), random), w2 = Matrix.Random(Hidden, 10, MathF.Sqrt(6f / Hidden), random);
float[] b1 = new float[Hidden], b2 = new float[10];
int[] order = [.. Enumerable.Range(0, trainLabels.Length)];
List<(double Epoch, double Error)> curve = [];
long start = Stopwatch.GetTimestamp();
double accuracy = 0;
for (int epoch = 1; epoch <= Epochs; epoch++)
{
    random.Shuffle(order);
    float rate = 0.2f * (1 - ((epoch - 1f) / Epochs));
    for (int first = 0; first < order.Length; first += Batch)
    {
        TrainStep(order.AsSpan(first, Batch), rate);
    }

    accuracy = Accuracy();
    curve.Add((epoch, 100 - accuracy));
    Console.WriteLine($"epoch {epoch}: {accuracy:F2} % of the test images right");
}

Console.WriteLine($"trained and tested in ~{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
Check.That(accuracy > 97, "more than 97 % with one hidden layer of 128 units");
DrawLayer();
return Check.ExitCode;

// One step of gradient descent: forward, backward, update.
void TrainStep(ReadOnlySpan<int> items, float rate)
{
    Matrix images = Gather(trainImages, items);
    Matrix hidden = Relu(AddRow(Matrix.Product(images, w1), b1));
    Matrix p = Softmax(AddRow(Matrix.Product(hidden, w2), b2));

    // Softmax and cross-entropy together have the gradient p - target (chapter 5 derives it), divided by the batch since the loss is a mean.
    Matrix dLogits = p;
    for (int i = 0; i < items.Length; i++)
    {
        dLogits[i, trainLabels[items[i]]] -= 1;
    }

    for (int i = 0; i < dLogits.Data.Length; i++)
    {
        dLogits.Data[i] /= items.Length;
    }

    Matrix dW2 = Matrix.Product(hidden.Transposed(), dLogits);
    Matrix dHidden = Matrix.Product(dLogits, w2.Transposed());
    for (int i = 0; i < dHidden.Data.Length; i++)
    {
        dHidden.Data[i] = hidden.Data[i] > 0 ? dHidden.Data[i] : 0;
    }

    Matrix dW1 = Matrix.Product(images.Transposed(), dHidden);
    Descend(w1.Data, dW1.Data, rate);
    Descend(w2.Data, dW2.Data, rate);
    Descend(b1, SumOfRows(dHidden), rate);
    Descend(b2, SumOfRows(dLogits), rate);
}

double Accuracy()
{
    int right = 0;
    for (int first = 0; first < testLabels.Length; first += 500)
    {
        int[] items = [.. Enumerable.Range(first, 500)];
        Matrix logits = AddRow(Matrix.Product(Relu(AddRow(Matrix.Product(Gather(testImages, items), w1), b1)), w2), b2);
        right += Enumerable.Range(0, 500).Count(i => Enumerable.Range(0, 10).MaxBy(k => logits[i, k]) == testLabels[items[i]]);
    }

    return 100.0 * right / testLabels.Length;
}

static Matrix AddRow(Matrix matrix, float[] row)
{
    for (int i = 0; i < matrix.Data.Length; i++)
    {
        matrix.Data[i] += row[i % row.Length];
    }

    return matrix;
}

static float[] SumOfRows(Matrix matrix)
{
    float[] sum = new float[matrix.Columns];
    for (int i = 0; i < matrix.Data.Length; i++)
    {
        sum[i % sum.Length] += matrix.Data[i];
    }

    return sum;
}

static Matrix Relu(Matrix matrix)
{
    for (int i = 0; i < matrix.Data.Length; i++)
    {
        matrix.Data[i] = Math.Max(0, matrix.Data[i]);
    }

    return matrix;
}

static Matrix Softmax(Matrix logits)
{
    for (int i = 0; i < logits.Rows; i++)
    {
        Span<float> row = logits.Data.AsSpan(i * logits.Columns, logits.Columns);
        float largest = float.MinValue, sum = 0;
        foreach (float logit in row)
        {
            largest = Math.Max(largest, logit);
        }

        foreach (ref float logit in row)
        {
            logit = MathF.Exp(logit - largest);
            sum += logit;
        }

        foreach (ref float logit in row)
        {
            logit /= sum;
        }
    }

    return logits;
}

static void Descend(float[] values, float[] gradient, float rate)
{
    for (int i = 0; i < values.Length; i++)
    {
        values[i] -= rate * gradient[i];
    }
}

static Matrix Gather(float[] images, ReadOnlySpan<int> items)
{
    float[] rows = new float[items.Length * 784];
    for (int i = 0; i < items.Length; i++)
    {
        images.AsSpan(items[i] * 784, 784).CopyTo(rows.AsSpan(i * 784));
    }

    return new Matrix(rows, items.Length, 784);
}

// The IDX format: four bytes that say what follows, the sizes in four bytes each with the highest first, then the data.
static (float[] Images, byte[] Labels) Read(string part)
{
    byte[] images = Unzip($"data/mnist/{part}-images-idx3-ubyte.gz"), labels = Unzip($"data/mnist/{part}-labels-idx1-ubyte.gz");
    int count = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(4));
    return ([.. images.Skip(16).Take(count * 784).Select(pixel => pixel / 255f)], labels[8..]);
}

static byte[] Unzip(string path)
{
    using var zipped = new GZipStream(File.OpenRead(Repository.Locate(path)), CompressionMode.Decompress);
    using var memory = new MemoryStream();
    zipped.CopyTo(memory);
    return memory.ToArray();
}

// The largest difference between a gradient and the central differences of sum(dy * (x w)) by each element of x or w.
double WorstError(Matrix values, Matrix gradient)
{
    double worst = 0;
    for (int i = 0; i < values.Data.Length; i++)
    {
        float value = values.Data[i];
        values.Data[i] = value + 0.01f;
        double above = Sum();
        values.Data[i] = value - 0.01f;
        double below = Sum();
        values.Data[i] = value;
        worst = Math.Max(worst, Math.Abs(((above - below) / 0.02) - gradient.Data[i]));
    }

    return worst;

    double Sum() => Matrix.Product(x, weights).Data.Zip(dy.Data, (a, b) => (double)a * b).Sum();
}

void DrawLayer()
{
    var figure = new Figure(480, 300, "The three products of a dense layer, and the test error after each epoch");
    Product(30, 30, "y", "x", "w", 24, 40, 32);
    Product(30, 120, "dx", "dy", "w'", 40, 24, 32);
    Product(30, 210, "dw", "x'", "dy", 24, 32, 40);
    var chart = new Chart(
        figure, (300, 40, 460, 240), new Axis("epoch", 0.5, Epochs + 0.5, [1, 2, 3]), new Axis("test error", 0, 6, [0, 1, 2, 3, 4, 5, 6], Suffix: " %"));
    chart.Curve(curve, "c2", dots: true);
    figure.Save("03-tensors");

    // Result = left x right, drawn to scale: rows x columns = (rows x inner) (inner x columns).
    void Product(double left, double top, string result, string first, string second, double columns, double inner, double rows)
    {
        Box(left, columns, rows, result, "c2");
        figure.Text(left + (1.2 * columns) + 12, top + 25, "=", "middle");
        Box(left + (1.2 * columns) + 24, inner, rows, first, "c1");
        Box(left + (1.2 * (columns + inner)) + 32, columns, inner, second, "c3");

        void Box(double x, double width, double height, string name, string colour)
        {
            figure.Rectangle(x, top, width * 1.2, height * 1.2, colour, 0.3, colour);
            figure.Text(x + (width * 0.6), top + (height * 0.6) + 5, name, "middle");
        }
    }
}

/// <summary>Rows and columns over an array: the element (i, k) is Data[i RowStride + k ColumnStride].</summary>
internal sealed record Matrix(float[] Data, int Rows, int Columns, int RowStride, int ColumnStride)
{
    public Matrix(float[] data, int rows, int columns)
        : this(data, rows, columns, columns, 1)
    {
    }

    public ref float this[int row, int column] => ref Data[(row * RowStride) + (column * ColumnStride)];

    /// <summary>Uniform numbers in (-limit, limit).</summary>
    public static Matrix Random(int rows, int columns, float limit, Random random) =>
        new([.. Enumerable.Range(0, rows * columns).Select(_ => limit * ((2 * random.NextSingle()) - 1))], rows, columns);

    /// <summary>The product of a (rows x inner) and b (inner x columns).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Matrix Product(Matrix a, Matrix b)
    {
        var c = new Matrix(new float[a.Rows * b.Columns], a.Rows, b.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            Span<float> row = c.Data.AsSpan(i * c.Columns, c.Columns);
            for (int k = 0; k < a.Columns; k++)
            {
                float factor = a[i, k];
                if (factor == 0)
                {
                    continue; // Four in five pixels are blank.
                }

                int place = k * b.RowStride;
                for (int j = 0; j < row.Length; j++)
                {
                    row[j] += factor * b.Data[place];
                    place += b.ColumnStride;
                }
            }
        }

        return c;
    }

    /// <summary>The same numbers with rows and columns exchanged: only the strides change.</summary>
    public Matrix Transposed() => new(Data, Columns, Rows, ColumnStride, RowStride);
}
