using System.Globalization;
using NeuralCore.Mpi;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// The only use of NeuralCore.Mpi. Environment variables tell whether a launcher such as mpirun has started the program; if none has, neither the library of MPI nor
/// the assembly that binds it is loaded.
/// </summary>
internal static class RankChoice
{
    /// <summary>How long a rank that has failed waits for the others to fail in the same way, as they do if ranks differ.</summary>
    private static readonly TimeSpan FailurePatience = TimeSpan.FromSeconds(1);

    /// <summary>The variables of Open MPI, MPICH and Slurm's srun for MPI.</summary>
    private static readonly string[] Launchers = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_FD", "PMIX_RANK"];

    /// <summary>Whether a launcher has started the program.</summary>
    public static bool IsLaunched { get; } = Launchers.Any(name => Environment.GetEnvironmentVariable(name) is not null);

    /// <summary>The number of this process among those that a launcher has started; 0 without one.</summary>
    public static int Rank { get; } = !IsLaunched ? 0 : Number("OMPI_COMM_WORLD_RANK") ?? Number("PMI_RANK") ?? Number("SLURM_PROCID") ?? 0;

    /// <summary>The threads of a process that shares the machine with others of its job.</summary>
    public static int Threads
    {
        get
        {
            int local = !IsLaunched ? 1 : Number("OMPI_COMM_WORLD_LOCAL_SIZE") ?? Number("MPI_LOCALNRANKS") ?? Number("SLURM_NTASKS_PER_NODE") ?? 1;
            return Math.Max(1, Environment.ProcessorCount / Math.Max(1, local));
        }
    }

    /// <summary>Joins the other processes of the job; null for a single process.</summary>
    /// <param name="cancellationToken">Is cancelled when this process is asked to end.</param>
    /// <exception cref="RankException">The library of the launcher cannot be loaded, or is another MPI's.</exception>
    public static Communicator? Join(CancellationToken cancellationToken) => IsLaunched ? Joined(cancellationToken) : null;

    /// <summary>Waits for the others of the job, and leaves it.</summary>
    /// <param name="ranks">The processes of the job; null for a single process.</param>
    /// <param name="hasFailed">Whether this process has failed, perhaps alone: then it waits only for a second.</param>
    /// <returns>Whether all are done, or have failed in the same way.</returns>
    public static bool Part(Communicator? ranks, bool hasFailed) => ranks is null || Parted(ranks, hasFailed);

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    // These two are methods of their own so that NeuralCore.Mpi is loaded only when they are called.
    private static MpiCommunicator? Joined(CancellationToken cancellationToken) => MpiCommunicator.Join(stopping: cancellationToken);

    private static bool Parted(Communicator ranks, bool hasFailed) => ((MpiCommunicator)ranks).Part(hasFailed ? FailurePatience : null);
}
