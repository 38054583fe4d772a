namespace NeuralCore.Imaging.Report;

/// <summary>A picture with what is to be said about it.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">A word or a few, in strong letters.</param>
/// <param name="Detail">What else is worth knowing.</param>
/// <param name="Description">What the picture shows, for those who cannot see it.</param>
internal sealed record Exhibit(Raster Picture, string Caption, string Detail, string Description);

/// <summary>Pictures that belong together.</summary>
/// <param name="Name">The name of their file.</param>
/// <param name="Title">What they show.</param>
/// <param name="Exhibits">The pictures, of one size.</param>
/// <param name="Size">The side of a picture in a sheet, in pixels, at least.</param>
internal sealed record Gallery(string Name, string Title, IReadOnlyList<Exhibit> Exhibits, int Size = 112);
