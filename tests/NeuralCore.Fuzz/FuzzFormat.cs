namespace NeuralCore.Fuzz;

/// <summary>One kind of file to damage. A new kind is one class like this, and a line in <see cref="FuzzFormats"/>.</summary>
public abstract class FuzzFormat
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What its files' names end in.</summary>
    public abstract string Extension { get; }

    /// <summary>Makes sound files, each of which <see cref="Open"/> accepts.</summary>
    public abstract IReadOnlyList<byte[]> MakeSeeds();

    /// <summary>Sound files that lie beside the damaged one while it is opened: a network's description, or tensors in a file of their own.</summary>
    public virtual IReadOnlyList<(string Name, byte[] Contents)> Companions => [];

    /// <summary>What opening a file may allocate beside twice its length.</summary>
    public virtual long MostExtraBytes => 64L << 20;

    /// <summary>Damages a sound file in one place, knowing what is where.</summary>
    /// <param name="file">The file; it is not changed.</param>
    /// <param name="random">Decides everything: the same state gives the same damage.</param>
    public abstract byte[] Damage(byte[] file, Random random);

    /// <summary>Opens a file as far as a user would, and lets go of it.</summary>
    public abstract void Open(string path);

    /// <summary>Writes the companions into a folder.</summary>
    public void WriteCompanions(string folder)
    {
        foreach ((string name, byte[] contents) in Companions)
        {
            File.WriteAllBytes(Path.Combine(folder, name), contents);
        }
    }

    /// <summary>Whether an exception is the one that the documentation names.</summary>
    public abstract bool IsDocumented(Exception failure);
}
