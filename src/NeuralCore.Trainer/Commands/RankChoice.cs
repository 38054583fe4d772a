using System.Globalization;
using NeuralCore.Mpi;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// The only place that names MPI. Environment variables tell whether a launcher such as mpirun has started the program; where none has, nothing of MPI is loaded,
/// not even what binds it.
/// </summary>
internal static class RankChoice
{
    /// <summary>How long a rank that fails waits for the others to fail in the same way, as where one of them differs.</summary>
    private static readonly TimeSpan OfFailures = TimeSpan.FromSeconds(1);

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

    /// <summary>Joins the other processes of the job; null where there are none.</summary>
    /// <param name="cancellationToken">Is cancelled when this process is asked to end.</param>
    /// <exception cref="RankException">MPI is not installed.</exception>
    public static Communicator? Join(CancellationToken cancellationToken) => IsLaunched ? Joined(cancellationToken) : null;

    /// <summary>Waits for the others of the job, and leaves it.</summary>
    /// <param name="ranks">The job; null where there is none.</param>
    /// <param name="hasFailed">Whether this process has failed: perhaps alone, and then it does not wait for long.</param>
    /// <returns>Whether all are done, or have failed in the same way.</returns>
    public static bool Part(Communicator? ranks, bool hasFailed) => ranks is null || Parted(ranks, hasFailed);

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static MpiCommunicator? Joined(CancellationToken cancellationToken) => MpiCommunicator.Join(hurries: cancellationToken);

    private static bool Parted(Communicator ranks, bool hasFailed) => ((MpiCommunicator)ranks).Part(hasFailed ? OfFailures : null);
}
