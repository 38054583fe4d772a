namespace NeuralCore.Trainer;

/// <summary>How a run ended, as scripts see it.</summary>
internal enum ExitCode
{
    /// <summary>Everything was done.</summary>
    Success = 0,

    /// <summary>Something went wrong while the program ran: a disk was full, memory ran out.</summary>
    RuntimeFailure = 1,

    /// <summary>The program was called in a way that it does not understand.</summary>
    Usage = 2,

    /// <summary>A data or model file is missing, damaged, or does not fit the others.</summary>
    InvalidData = 3,

    /// <summary>The program was asked to stop; 128 + SIGINT, as shells count.</summary>
    Cancelled = 130,
}
