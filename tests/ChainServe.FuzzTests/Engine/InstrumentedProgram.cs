using System;
using System.IO;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using SharpFuzz;

namespace ChainServe.FuzzTests.Engine;

/// <summary>
/// The program under test, instrumented by SharpFuzz, in a load context of its own together with a second copy of this
/// assembly that sees it. The program beside the tests stays as it was built.
/// </summary>
internal sealed class InstrumentedProgram : AssemblyLoadContext
{
    private static readonly string[] Instrumented =
        ["ChainServe.Http.", "ChainServe.Files.", "ChainServe.Responses.", "ChainServe.Configuration."];

    private static readonly Lazy<InstrumentedProgram> Only = new(() => new InstrumentedProgram());

    private readonly Assembly _program;
    private readonly Assembly _tests;

    private InstrumentedProgram()
        : base("instrumented")
    {
        _program = LoadInstrumented();
        _tests = LoadFromAssemblyPath(typeof(InstrumentedProgram).Assembly.Location);
    }

    /// <summary>Calls a public static method of this assembly's copy.</summary>
    public static object? Call(Type type, string method, params object?[] arguments)
    {
        MethodInfo copy = Only.Value._tests.GetType(type.FullName!, throwOnError: true)!
            .GetMethod(method, BindingFlags.Public | BindingFlags.Static)!;
        try
        {
            return copy.Invoke(null, arguments);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        return assemblyName.Name == _program.GetName().Name ? _program : null;
    }

    private Assembly LoadInstrumented()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".dll");
        try
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "chainserve.dll"), path);
            Fuzzer.Instrument(
                path,
                static type => Array.Exists(Instrumented, name => type.StartsWith(name, StringComparison.Ordinal)),
                Options.Value);
            using var bytes = new MemoryStream(File.ReadAllBytes(path));
            return LoadFromStream(bytes);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
