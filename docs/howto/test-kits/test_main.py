def test_sign_up():
    mailer = FakeMailer()
    app.dependency_overrides[open_mailer] = lambda: mailer
    try:
        with TestClient(app) as client:
            answer = client.get("/users/me")
            assert answer.status_code == 401
            assert answer.json() == {"detail": "Sign up first"}
            answer = client.post("/users", json={"name": "ann", "password": "short"})
            assert answer.status_code == 422
            assert answer.json()["detail"][0]["loc"] == ["body", "password"]
            answer = client.post("/users", json={"name": "ann", "password": "long enough"})
            assert answer.status_code == 201
            assert answer.json() == {"name": "ann"}
            answer = client.get("/users/me")
            assert answer.status_code == 200
            assert answer.json() == {"name": "ann"}
    finally:
        app.dependency_overrides.clear()
    assert mailer.welcomed == ["ann"]
