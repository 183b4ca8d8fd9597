#:project ../../src/Braid/Braid.csproj

// What you learn: Map calls a function for each item on the threads of a pool and returns the results in the order of the items,
// however long each one takes. The pool keeps its threads and waits for all calls at the closing brace.
using (var pool = new Futures.ThreadPoolExecutor(maxWorkers: 3))
{
    int[] numbers = [5, 4, 3, 2, 1];
    Console.WriteLine($"numbers: {string.Join(", ", numbers)}");
    Console.WriteLine($"squares: {string.Join(", ", pool.Map(SquareSlowly, numbers))}");

    // With two sources the function takes one item of each.
    Console.WriteLine($"powers:  {string.Join(", ", pool.Map(Math.Pow, [2.0, 3.0, 4.0], [3.0, 2.0, 1.0]))}");

    // An exception is thrown where its result would have been: the results before it are available.
    try
    {
        foreach (int quotient in pool.Map(number => 60 / number, [3, 2, 0, 1]))
        {
            Console.WriteLine($"60 divided: {quotient}");
        }
    }
    catch (DivideByZeroException problem)
    {
        Console.WriteLine($"60 divided: {problem.Message}");
    }
}

static int SquareSlowly(int number)
{
    Thread.Sleep(TimeSpan.FromSeconds(0.02 * number));   // the first takes longest, and still comes first
    return number * number;
}
