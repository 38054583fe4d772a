namespace NeuralCore;

/// <summary>A part of each row of one matrix that is copied to a part of each row of another: what concatenations are made of.</summary>
/// <param name="Rows">The rows of both.</param>
/// <param name="Width">The elements that are copied of each.</param>
/// <param name="SourceFirst">The first of them in a row of the source.</param>
/// <param name="SourceStride">The elements from one row of the source to the next.</param>
/// <param name="DestinationFirst">Where the first goes in a row of the destination.</param>
/// <param name="DestinationStride">The elements from one row of the destination to the next.</param>
internal readonly record struct RowCopy(int Rows, int Width, int SourceFirst, int SourceStride, int DestinationFirst, int DestinationStride);
