using System.Buffers.Binary;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// A folder with a data set that is learnt in a second: small images in which the place of a bar is the class. It disappears
/// when the test is over, with everything that the test put into it.
/// </summary>
internal sealed class TinyData : IDisposable
{
    public const int Side = 10;
    public const int Training = 80;
    public const int Test = 20;

    /// <summary>Writes the data.</summary>
    /// <param name="inOrder">Whether the training images lie in the order of their classes.</param>
    public TinyData(bool inOrder = false)
    {
        Write("train", Training, 0, i => inOrder ? i * 10 / Training : i % 10);
        Write("t10k", Test, Training, i => i % 10);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("neuralcore-test-").FullName;

    /// <summary>Where a test saves its model.</summary>
    public string Model => File("model.safetensors");

    /// <summary>The names of the files that tests have made, hidden ones too.</summary>
    public string[] FilesMade => [.. Directory.EnumerateFileSystemEntries(Folder).Select(p => Path.GetFileName(p)).Where(n => !n.EndsWith("-ubyte")).Order()];

    public string File(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string part, int count, int firstShade, Func<int, int> label)
    {
        var images = new byte[16 + (count * Side * Side)];
        var labels = new byte[8 + count];
        WriteHeader(images, [0x803, count, Side, Side]);
        WriteHeader(labels, [0x801, count]);
        for (int i = 0; i < count; i++)
        {
            labels[8 + i] = (byte)label(i);
            for (int row = 2; row < Side - 2; row++)
            {
                images[16 + (((i * Side) + row) * Side) + label(i)] = (byte)(155 + ((firstShade + i) % 100));
            }
        }

        System.IO.File.WriteAllBytes(File($"{part}-images-idx3-ubyte"), images);
        System.IO.File.WriteAllBytes(File($"{part}-labels-idx1-ubyte"), labels);
    }

    private static void WriteHeader(byte[] file, int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), numbers[i]);
        }
    }
}
