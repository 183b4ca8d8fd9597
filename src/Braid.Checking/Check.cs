using System.Reflection;

namespace Braid.Checking;

/// <summary>Runs code under many thread interleavings, one thread at a time, and searches for one that fails.</summary>
/// <remarks>
/// The body's assembly and those it uses are loaded a second time, rewritten so that each use of .NET's synchronization and each access to
/// shared memory goes through the checker; the files on disk stay unchanged. The body is called in that copy once per schedule. Statics are
/// reset for each.
/// </remarks>
public static class Check
{
    /// <summary>Searches, and throws if it finds a fault.</summary>
    /// <param name="body">What to check. What it captures must be numbers, strings or types of .NET's core library.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report of a check that passed.</returns>
    /// <exception cref="CheckFailedException">A fault was found; the message shows it.</exception>
    /// <exception cref="ArgumentException">
    /// The body captures something that cannot be carried over, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Run(Action body, CheckOptions? options = null)
    {
        CheckReport report = Explore(body, options);
        return report.Failed ? throw new CheckFailedException(report) : report;
    }

    /// <summary>
    /// As <see cref="Run(Action, CheckOptions?)"/>, for an asynchronous body: a run ends when its task is complete. Blocks until the search
    /// is over.
    /// </summary>
    /// <param name="body">What to check. What it captures must be numbers, strings or types of .NET's core library.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report of a check that passed.</returns>
    /// <exception cref="CheckFailedException">A fault was found; the message shows it.</exception>
    /// <exception cref="ArgumentException">
    /// The body captures something that cannot be carried over, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Run(Func<Task> body, CheckOptions? options = null)
    {
        CheckReport report = Explore(body, options);
        return report.Failed ? throw new CheckFailedException(report) : report;
    }

    /// <summary>Searches, and returns the report.</summary>
    /// <param name="body">What to check. What it captures must be numbers, strings or types of .NET's core library.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report, whether or not a fault was found.</returns>
    /// <exception cref="ArgumentException">
    /// The body captures something that cannot be carried over, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Explore(Action body, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Session.Explore(() => Subject.Of(body), options ?? new CheckOptions());
    }

    /// <summary>
    /// As <see cref="Explore(Action, CheckOptions?)"/>, for an asynchronous body: a run ends when its task is complete. Blocks until the
    /// search is over.
    /// </summary>
    /// <param name="body">What to check. What it captures must be numbers, strings or types of .NET's core library.</param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report, whether or not a fault was found.</returns>
    /// <exception cref="ArgumentException">
    /// The body captures something that cannot be carried over, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Explore(Func<Task> body, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Session.Explore(() => Subject.Of(body), options ?? new CheckOptions());
    }

    /// <summary>Searches with a static method as the body.</summary>
    /// <param name="method">
    /// A static method without parameters, or a program's entry point. If it returns a task, a run ends when that is complete. It only
    /// names the body: its assembly is read from its file and loaded again, rewritten.
    /// </param>
    /// <param name="options">How far and how to search; null for the defaults.</param>
    /// <returns>The report, whether or not a fault was found.</returns>
    /// <exception cref="ArgumentException">The method cannot be a body, or an option is out of its range.</exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Explore(MethodInfo method, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Session.Explore(() => Subject.Of(method), options ?? new CheckOptions());
    }
}
