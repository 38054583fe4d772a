namespace NeuralCore;

/// <summary>Lays buffers into one arena so that two share bytes only when they are never alive at the same moment.</summary>
internal static class MemoryPlanner
{
    /// <summary>
    /// Sets every buffer's offset. Greedy by size, largest first, each at the lowest place that is free for its whole
    /// lifetime: within a few percent of the optimum for chains like ours, and easy to follow.
    /// </summary>
    /// <returns>The size of the arena in bytes.</returns>
    public static long Assign(IReadOnlyCollection<PlanBuffer> buffers)
    {
        var placed = new List<PlanBuffer>();
        long size = 0;
        foreach (PlanBuffer buffer in buffers.OrderByDescending(b => b.Bytes))
        {
            long offset = 0;
            foreach (PlanBuffer other in placed.Where(buffer.LivesWith).OrderBy(b => b.Offset))
            {
                if (offset + buffer.Bytes <= other.Offset)
                {
                    break;
                }

                offset = Math.Max(offset, Slot.Align(other.Offset + other.Bytes));
            }

            buffer.Offset = offset;
            placed.Add(buffer);
            size = Math.Max(size, Slot.Align(offset + buffer.Bytes));
        }

        return size;
    }
}
