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
    /// Like <see cref="Run(Action, CheckOptions?)"/>, for an asynchronous body: a run ends when its task is complete. Blocks until the
    /// search
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
    /// Like <see cref="Explore(Action, CheckOptions?)"/>, for an asynchronous body: a run ends when its task is complete. Blocks until the
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

    /// <summary>
    /// Checks that a concurrent object is linearizable: that whatever its callers observe could also be observed if each call took effect
    /// at a single moment between its beginning and its end. Throws if it is not.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Scenarios, each a few calls on a few threads with random arguments, are run under many schedules, small scenarios first. After each
    /// run, what the calls returned or threw is compared with a model that makes them one after another: some order must explain all
    /// results and keep each call before those that began after it had ended. The object is its own model, used by one thread.
    /// </para>
    /// <para>
    /// A scenario that fails is shortened to the fewest threads and calls, and reported with its results, the timeline, and a replay
    /// string. A call that waits forever is correct if it waits in the model too.
    /// </para>
    /// </remarks>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="create">Makes a new object.</param>
    /// <param name="operations">Adds the operations to call.</param>
    /// <param name="options">Which scenarios, and how far and how to search; null for the defaults.</param>
    /// <returns>The report of a check that passed.</returns>
    /// <exception cref="CheckFailedException">The object is not linearizable, or another fault was found; the message shows it.</exception>
    /// <exception cref="ArgumentException">
    /// A delegate captures something that cannot be carried over, results cannot be compared, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Linearizable<T>(
        Func<T> create, Action<Operations<T, T>> operations, LinearizabilityOptions? options = null)
        where T : class
    {
        CheckReport report = ExploreLinearizable(create, operations, options);
        return report.Failed ? throw new CheckFailedException(report) : report;
    }

    /// <summary>
    /// Like <see cref="Linearizable{T}(Func{T}, Action{Operations{T, T}}, LinearizabilityOptions?)"/>, compared with a model of another
    /// type:
    /// a plain one for one thread, such as a <see cref="Stack{T}"/>.
    /// </summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <typeparam name="TModel">The type of the model.</typeparam>
    /// <param name="create">Makes a new object.</param>
    /// <param name="model">Makes a new model.</param>
    /// <param name="operations">Adds the operations to call, each on the object and on the model.</param>
    /// <param name="options">Which scenarios, and how far and how to search; null for the defaults.</param>
    /// <returns>The report of a check that passed.</returns>
    /// <exception cref="CheckFailedException">The object is not linearizable, or another fault was found; the message shows it.</exception>
    /// <exception cref="ArgumentException">
    /// A delegate captures something that cannot be carried over, results cannot be compared, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport Linearizable<T, TModel>(
        Func<T> create, Func<TModel> model, Action<Operations<T, TModel>> operations, LinearizabilityOptions? options = null)
        where T : class
        where TModel : class
    {
        CheckReport report = ExploreLinearizable(create, model, operations, options);
        return report.Failed ? throw new CheckFailedException(report) : report;
    }

    /// <summary>
    /// Like <see cref="Linearizable{T}(Func{T}, Action{Operations{T, T}}, LinearizabilityOptions?)"/>, and returns the report.
    /// </summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="create">Makes a new object.</param>
    /// <param name="operations">Adds the operations to call.</param>
    /// <param name="options">Which scenarios, and how far and how to search; null for the defaults.</param>
    /// <returns>The report, whether or not a fault was found.</returns>
    /// <exception cref="ArgumentException">
    /// A delegate captures something that cannot be carried over, results cannot be compared, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport ExploreLinearizable<T>(
        Func<T> create, Action<Operations<T, T>> operations, LinearizabilityOptions? options = null)
        where T : class => ExploreLinearizable(create, create, operations, options);

    /// <summary>
    /// Like <see cref="Linearizable{T, TModel}(Func{T}, Func{TModel}, Action{Operations{T, TModel}}, LinearizabilityOptions?)"/>, and
    /// returns
    /// the report.
    /// </summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <typeparam name="TModel">The type of the model.</typeparam>
    /// <param name="create">Makes a new object.</param>
    /// <param name="model">Makes a new model.</param>
    /// <param name="operations">Adds the operations to call, each on the object and on the model.</param>
    /// <param name="options">Which scenarios, and how far and how to search; null for the defaults.</param>
    /// <returns>The report, whether or not a fault was found.</returns>
    /// <exception cref="ArgumentException">
    /// A delegate captures something that cannot be carried over, results cannot be compared, or an option is out of its range.
    /// </exception>
    /// <exception cref="FormatException">The replay string is damaged or was made for another build.</exception>
    public static CheckReport ExploreLinearizable<T, TModel>(
        Func<T> create, Func<TModel> model, Action<Operations<T, TModel>> operations, LinearizabilityOptions? options = null)
        where T : class
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(operations);
        return Session.Explore(() => Subject.Of(operations, create, model), options ?? new LinearizabilityOptions());
    }
}
