using Braid.Python;

namespace Braid.Tests;

/// <summary>The blocks of docs/python-data.md, and of the README of Braid.Python.</summary>
internal static class PythonDataSnippets
{
    [Prints("3 times apple", "apple 3")]
    public static void BothWays()
    {
        #region pickle
        // Python: pickle.dumps({'fruit': 'apple', 'count': 3})
        byte[] fromPython = Convert.FromHexString("80047d28580500000066727569745805000000" + "6170706c655805000000636f756e744b03752e");

        var basket = (Dictionary<object, object?>)Pickle.Loads(fromPython)!;
        Console.WriteLine($"{basket["count"]} times {basket["fruit"]}");

        byte[] toPython = Pickle.Dumps(new List<(string, int)> { ("apple", 3) });   // pickle.loads gives [('apple', 3)]

        foreach ((string fruit, int count) in Pickle.Loads<List<(string, int)>>(toPython))
        {
            Console.WriteLine($"{fruit} {count}");
        }
        #endregion
    }

    [Prints("12", "24")]
    public static void Numbers()
    {
        #region numpy array
        var image = new NDArray<float>([1, 2, 3, 4, 5, 6], shape: [2, 3]);   // numpy.array([[1, 2, 3], [4, 5, 6]], 'f4')
        image[1, 2] = 12;

        var back = Pickle.Loads<NDArray<float>>(Pickle.Dumps(image));
        Console.WriteLine(back[1, 2]);
        foreach (ref float pixel in back.Span)                               // the numbers as they are in memory
        {
            pixel *= 2;
        }

        Console.WriteLine(back[1, 2]);
        #endregion
    }

    [Prints("area 6")]
    public static async Task OverAConnection()
    {
        #region pickles over a connection
        (Multiprocessing.Connection ours, Multiprocessing.Connection theirs) = Multiprocessing.Pipe.Create();

        ours.SendPickle(("area", new[] { 2.0, 3.0 }));                       // Python's recv() gives ('area', array('d', [2.0, 3.0]))

        (string request, double[] sides) = theirs.RecvPickle<(string, double[])>();
        await theirs.SendPickleAsync(sides[0] * sides[1]);

        Console.WriteLine($"{request} {await ours.RecvPickleAsync<double>()}");
        #endregion
        ours.Dispose();
        theirs.Dispose();
    }

    [Prints("1/3", "fractions.Fraction")]
    public static void Register()
    {
        #region register
        PickleOptions options = new PickleOptions()
            .AddReader("fractions", "Fraction", args => Fraction.Parse((string)args[0]!))
            .AddWriter<Fraction>(fraction => new PythonCall("fractions", "Fraction", fraction.ToString()));

        byte[] third = Pickle.Dumps(new Fraction(1, 3), options);            // Python loads fractions.Fraction('1/3')
        Console.WriteLine(Pickle.Loads<Fraction>(third, options));

        try
        {
            Pickle.Loads(third);                                             // without the reader
        }
        catch (PickleException e)
        {
            Console.WriteLine(e.Global);
        }
        #endregion
    }

    private sealed record Fraction(int Numerator, int Denominator)
    {
        public static Fraction Parse(string text) => new(int.Parse(text.Split('/')[0]), int.Parse(text.Split('/')[1]));

        public override string ToString() => $"{Numerator}/{Denominator}";
    }
}
